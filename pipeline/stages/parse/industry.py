"""The employer's industry: the ``domain`` of a parsed JD."""

from __future__ import annotations

from pipeline.contracts import IndustryDomain, JDDomain
from pipeline.text import JDText, PhraseFinder, lowered

# Industry: (other names, words that speak for it). A word counts twice at most, and less inside demands.
INDUSTRIES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Financial Services": (
        ("FinTech", "Payments", "Banking",),
        (
            "anti-money", "asset management", "bank", "banking", "banks", "brokerage", "capital market",
            "capital markets", "cardmember", "credit card", "credit risk", "credit union", "equities", "equity",
            "financial services", "fintech", "hedge fund", "investment", "lending", "loan", "loans", "mortgage",
            "mortgages", "payment", "payments", "trading", "wealth",
        ),
    ),
    "Insurance": (
        ("InsurTech",),
        (
            "actuarial", "actuary", "claim management", "claim processing", "claims management",
            "claims processing", "insurance", "insurer", "policyholder", "policyholders", "reinsurance",
            "underwriting",
        ),
    ),
    "Healthcare & Life Sciences": (
        ("Health Care", "Pharma", "Biotech",),
        (
            "biotech", "clinical", "drug", "ehr", "emr", "health care", "healthcare", "hipaa", "hospital",
            "hospitals", "life science", "life sciences", "medical", "medicine", "nurse", "nursing", "patient",
            "patients", "pharma", "pharmaceutical", "pharmaceuticals", "pharmacy", "pharmacys", "pharmas",
        ),
    ),
    "Retail & E-commerce": (
        ("Retail", "Online Shopping",),
        (
            "consumer goods", "e-commerce", "ecommerce", "fashion", "grocery", "marketplace", "merchandise",
            "merchandising", "retail", "retailer", "retailers", "shopper", "shoppers", "store", "stores",
        ),
    ),
    "Gaming": (
        ("Games",),
        (
            "esports", "game development", "game engine", "game play", "game server", "game studio", "gamer",
            "gamers", "gaming", "player", "players", "run the game", "run the games", "the game", "video game",
            "video games",
        ),
    ),
    "Media & Entertainment": (
        ("Media", "Publishing",),
        (
            "advertiser", "advertisers", "advertising", "broadcast", "broadcasting", "entertainment", "film",
            "media", "music", "news", "publisher", "publishing", "streaming service", "television",
        ),
    ),
    "Telecommunications": (
        ("Telecom",),
        (
            "5g", "broadband", "lte", "mobile network", "telecom", "telecommunication", "telecommunications",
            "voip", "wireless carrier",
        ),
    ),
    "Manufacturing & Automotive": (
        ("Industrial", "Automotive",),
        (
            "aerospace", "automaker", "automotive", "factory", "industrial", "machinery", "manufacturer",
            "manufacturing", "plant", "semiconductor", "vehicle", "vehicles",
        ),
    ),
    "Energy & Utilities": (
        ("Oil & Gas", "Utilities",),
        (
            "electric grid", "energy", "oil & gas", "oil and gas", "petroleum", "power plant", "power plants",
            "renewable", "renewables", "solar", "utilities company", "utilities industry", "utilities sector",
            "utility company", "utility industry", "utility sector",
        ),
    ),
    "Government & Defence": (
        ("Public Sector", "Defense",),
        (
            "agency mission", "air force", "army", "clearance", "defence", "defense", "department of", "dod",
            "federal", "government", "military", "navy", "public sector",
        ),
    ),
    "Education": (
        ("EdTech",),
        (
            "curriculum", "e-learning", "edtech", "elearning", "faculty", "higher education", "school district",
            "students", "universities campus", "universities is", "universities seeks", "university campus",
            "university is", "university seeks",
        ),
    ),
    "Travel & Hospitality": (
        ("Travel", "Hotels",),
        (
            "airline", "airlines", "airport", "booking", "cruise", "hospitality", "hotel", "hotels", "restaurant",
            "restaurants", "tourism", "travel", "traveler", "travelers",
        ),
    ),
    "Logistics & Transportation": (
        ("Supply Chain", "Shipping",),
        (
            "delivery network", "fleet", "freight", "logistics", "rail", "shipping", "supply chain",
            "transportation", "warehouse operations",
        ),
    ),
    "Real Estate & Construction": (
        ("Property",),
        (
            "civil engineering", "construction", "geotechnical", "property management", "real estate", "realtor",
        ),
    ),
    "Professional Services & Consulting": (
        ("Consulting",),
        (
            "accenture", "advisory", "audit", "big four", "consultancy", "consulting firm", "deloitte", "kpmg",
            "professional services", "pwc", "tax services",
        ),
    ),
    "Staffing & Recruiting": (
        ("Recruitment",),
        (
            "employment agency", "our client is", "recruiting agency", "recruiting company", "recruiting firm",
            "recruitment agency", "recruitment company", "recruitment firm", "staffing", "talent solutions",
        ),
    ),
    "Software & SaaS Products": (
        ("SaaS", "Software Products",),
        (
            "b2b", "cloud platform", "our platform", "our product", "saas", "sales enablement", "software company",
            "software platform", "software product", "software products", "start-up", "startup",
        ),
    ),
    "IT Services & Consulting": (
        ("IT Services", "System Integration",),
        (
            "client project", "client projects", "digital transformation", "global delivery", "it consulting",
            "it services", "managed services", "our clients", "outsourced", "outsourcing", "system integration",
            "system integrator", "technology services",
        ),
    ),
}  # fmt: skip
_INDUSTRY_OF = {word: name for name, (_, words) in INDUSTRIES.items() for word in words}
_FINDER = PhraseFinder(_INDUSTRY_OF)


def industry(jd: JDText) -> JDDomain | None:
    """The industries that the text speaks of most; words inside demands, benefits and legal notes count less."""
    aside = [(s.heading_start, s.end) for s in jd.sections if s.kind in ("requirements", "preferred", "legal", "benefits")]
    words: dict[str, float] = {}
    for start, _, word in _FINDER.find(lowered(jd.view[:30_000])):
        weight = 0.4 if any(a <= start < b for a, b in aside) else 1.0
        words[word] = min(words.get(word, 0.0) + weight, 2.0)
    scores: dict[str, float] = {}
    for word, weight in words.items():
        scores[_INDUSTRY_OF[word]] = scores.get(_INDUSTRY_OF[word], 0.0) + weight
    ranked = sorted(scores.items(), key=lambda s: (-s[1], s[0]))
    if not ranked or ranked[0][1] < 1.0:
        return None
    primary = ranked[0][0]
    secondary = next((name for name, score in ranked[1:2] if score >= 2.0 and score >= 0.6 * ranked[0][1]), None)
    return JDDomain(primary=_named(primary), secondary=_named(secondary) if secondary else None)


def _named(name: str) -> IndustryDomain:
    return IndustryDomain(aliases=list(INDUSTRIES[name][0]), domain=name)
