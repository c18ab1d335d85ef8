"""The commands of whole catalogs: ``audit`` and ``convert``."""

from __future__ import annotations

from argparse import Namespace

from pipeline.command_line.files import print_json
from pipeline.command_line.indexes import open_indexes


def audit(args: Namespace) -> None:
    """Print the findings about a catalog, worst first."""
    from pipeline.audit import audit

    print_json([finding.wire() for finding in audit(open_indexes(args.catalog))])


def convert_esco(args: Namespace) -> None:
    """Write the catalog folder of an ESCO file, and print the number of rows of each table."""
    from pipeline.catalog.esco import read_esco
    from pipeline.catalog.folder import write_folder

    catalog = read_esco(args.source)
    write_folder(catalog, args.folder)
    print_json(catalog.counts())
