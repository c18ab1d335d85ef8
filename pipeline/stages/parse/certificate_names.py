"""The names of certificates, as patterns: those that name nothing else, codes of examinations, and the words beside a name."""

from __future__ import annotations

import re

_NAMES = (
    r"CISSP(?:-[A-Z]+)?|CISA|CISM|CRISC|CGEIT|OSCP|OSCE|OSWE|CEH|CHFI|CCNA|CCNP|CCIE|CCDA|CCDP|CCDE|CCSP|CSSLP|SSCP|GIAC|GCI[HA]|GSEC|GPEN|GREM|GCFA|GWAPT|GICSP",
    r"PMP|CAPM|PMI-[A-Z]{2,4}|PgMP|CSPO|CBAP|CCBA|ECBA|PSPO|PSM\sI{1,3}|SAFe\s(?:\d\s)?(?:Agilist|Practitioner|SPC|RTE|Scrum\sMaster)|CKAD?|CKS|KCNA",
    r"RHC(?:SA|E|A|SS)|LFC[SE]|LPIC(?:-\d)?|MCS[EAD]|MCITP|MCTS|MCPD|MCDBA|OCJP|OCPJP|OCAJP|SCJP|SCWCD|SCBCD|ISTQB|CSTE|CSQA|VCP\d?(?:-[A-Z]+)?|VCAP|VCDX",
    r"SHRM-S?CP|SPHRi?|CIPP(?:/[A-Z]+)?|CIPM|CDMP|CFE|ACCA|CFA|NCLEX(?:-[A-Z]+)?|ACLS|BLS|TEFL|CELTA|NEBOSH|IOSH|HAZWOPER|RCDD|CPRE|JNCI[APSE](?:-[A-Z]+)?|CSEP|ASEP|LEED\s(?:AP|GA)",
    r"CDL|CompTIA\s[A-Z][A-Za-z]*\+?(?:\sPlus)?|(?:Security|Network|Linux|Server|Cloud|CySA|PenTest)\+(?!\w)|CASP\+?|A\+(?=\s(?:and|or|cert))",
    r"OSHA[\s-]?(?:10|30)(?:[\s-]hours?)?|Series\s(?:6|7|24|63|65|66)|(?:(?:Lean\s)?Six\sSigma\s)?(?:Yellow|Green|Black|Master\sBlack)\s[Bb]elts?",
    r"ITIL®?\s(?:[vV]?[34]\s)?(?:Foundations?|Intermediate|Expert|Practitioner|Managing\sProfessional)|TOGAF®?\s(?:\d+(?:\.\d)?\s)?(?:Foundation|Practitioner)",
    r"PRINCE\s?2®?\s(?:Foundation|Practitioner|Agile)|ISO(?:/IEC)?\s?\d{4,5}\sLead\s(?:Auditor|Implementer)",
)
"""Certificates whose names say nothing else, by trade: security and networks, projects, systems, people and health, operations."""
_CODES = (
    r"(?:AZ|DP|AI|PL|SC|MS|MB|MD|DA)-[1-9]\d{2}|(?:SAA|SAP|SOA|DVA|CLF|DBS|DAS|SCS|ANS|MLS)-C\d{2}|1Z0-\d{3,4}|(?:SY0|N10|CS0|PT0|XK0)-\d{3}|220-\d{4}|"
    r"JN0-\d{3}|200-301|350-401|C_[A-Z0-9]{3,12}_\d{2,4}"
)
"""The codes of vendors' examinations."""
CERTAIN = re.compile(rf"(?=[A-Z12])(?:(?<![\w@/])(?<!\w-)|(?<=[A-Z]/))(?:{'|'.join(_NAMES)}|{_CODES})(?![\w@])")
"""A name that is a certificate's wherever a candidate is spoken of."""
DOUBTFUL = re.compile(
    r"(?:ITIL(?:®|\s?[vV]?[34])?|TOGAF|(?:Lean\s)?Six\sSigma|SAFe|CSM|PSM|OC[PAM]|P\.?E\.?|CPA|CA|ACA|CIMA|ICWA|CMA|FRM|CIA|RN|LPN|LVN|EMT|NP|PRINCE\s?2|COBIT|"
    r"CIPD|PHR|PALS|CPR|AED|MCP|CTFL|CSP|FE|EIT|CSCS|A\+)(?!\w)"
)
"""A name that names other things too; it counts where the words beside it speak of a certificate."""
ACRONYM = re.compile(r"[A-Z][A-Z.]{1,4}\d?")
NOT_OF_A_PERSON = re.compile(
    r"\b(?:wildcard|gift|stock|share|client|server|root|savings|tax|SSL|TLS|X\.?509|PKI|CSR|HTTPS|digital|birth|death|marriage|ISO|CMMI?|PCI|SOC|HIPAA|FedRAMP|HITRUST|CE|UL|FCC|RoHS|FDA|quality|common\scriteria|"
    r"B\s?Corp\w*|great\splace|fair\strade|organic|wom[ae]n|minority|veteran|MBE|WBE|WBENC|8\(a\)|security\sclearance|software|product|open|MIT|Apache|GPL|BSD|"
    r"creative\scommons|vaccination|medical\sfitness|conformity|GMP|IATF|AS9100|energy|e-verify|top\semployer|carbon|climate|LGBT\w*)\b",
    re.I,
)
"""What is certified or licensed and is an employer, a product, a site or a piece of software."""


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


BEFORE_A_NAME = _words(
    "a an any the other another relevant related valid current active required preferred desired desirable minimum must have having has hold holding",
    "holds possess full clean additional appropriate applicable recognized recognised formal one two more similar equivalent vendor your our no",
    "or and with in of for at least as by strong multiple following including proof completed possession nice bonus plus is are be should ability",
    "this that these such state both either licenses license certifications certification certificates degree bachelor bachelors",
    "education experience knowledge skills training qualifications requirements",
)
"""Words before a name that are none of it, where they begin a sentence too."""
KINDS = _words(
    "professional technical industry security cloud advanced associate national international board it role business project product training",
    "medical academic software engineering networking architecture agile leadership core key university college government federal driver",
    "none n/a na yes no etc etc. nil optional",
)
"""Words that alone make a kind of certificates, or none, and no name."""
NO_TRADE = _words(
    "certification training technical professional industry software source product user enterprise site commercial free open security cloud vendor",
    "business medical architecture specific approved nationally accredited who which not need needs want level company client data",
    "following practice to from on into self digital asset server root signing code re system application applications your team's through via",
    "during per under after before will include includes go-live asset critical",
)
"""Words in lower case before "certificate" or "license" that name none."""
TRADES_IN_ING = _words("nursing driving teaching plumbing welding testing accounting diving coaching")
JOINING = frozenset({"of", "in", "for", "and", "&", "–", "-", "with", "the", "to"})
"""Words that may stand inside a name."""
