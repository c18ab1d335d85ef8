"""Pay in the notations that occur, and amounts that pay for something else."""

import time

import pytest

from pipeline.contracts import Ctc
from pipeline.stages.parse.pay import pay
from pipeline.text import JDText

JD = "Data Engineer\n\nYou will build pipelines for our claims team.\n\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Salary: $95,000 - $120,000", (95000, 120000, "USD", "annual")),
        ("Pay: $95-120k", (95000, 120000, "USD", "annual")),
        ("Compensation: 95K–120K USD", (95000, 120000, "USD", "annual")),
        ("Salary USD 95 000", (95000, None, "USD", "annual")),
        ("Gehalt / salary: 4.234,56 € per month", (4234.56, None, "EUR", "monthly")),
        ("Salary: 110'000 CHF", (110000, None, "CHF", "annual")),
        ("Salary: CHF 110'000 - 130'000", (110000, 130000, "CHF", "annual")),
        ("Rate: £400/day", (400, None, "GBP", "daily")),
        ("£400 - £450 per day outside IR35", (400, 450, "GBP", "daily")),
        ("Rate: 45/hr", (45, None, None, "hourly")),
        ("We pay $22.50 per hour.", (22.5, None, "USD", "hourly")),
        ("CTC: ₹12-18 LPA", (1200000, 1800000, "INR", "annual")),
        ("CTC 12 to 18 lakhs per annum", (1200000, 1800000, "INR", "annual")),
        ("Salary: Rs. 50,000 pm", (50000, None, "INR", "monthly")),
        ("Package: 1.2 crore", (12000000, None, "INR", "annual")),
        ("Salary: 12,00,000 INR", (1200000, None, "INR", "annual")),
        ("CTC up to 30 lac", (None, 3000000, "INR", "annual")),
        ("Salary up to €70k", (None, 70000, "EUR", "annual")),
        ("Salary from 60k EUR", (60000, None, "EUR", "annual")),
        ("The base salary starts at $88,000.", (88000, None, "USD", "annual")),
        ("You will be paid between $88,000 and $99,000 a year.", (88000, 99000, "USD", "annual")),
        ("Salary: $120K+", (120000, None, "USD", "annual")),
        ("€60.000,- brutto per year salary", (60000, None, "EUR", "annual")),
        ("SGD 5,000 to 7,000 monthly", (5000, 7000, "SGD", "monthly")),
        ("Salary: R$ 8.000,00 per month", (8000, None, "BRL", "monthly")),
        ("Salary: 15 000 - 20 000 zł per month", (15000, 20000, "PLN", "monthly")),
        ("Salary: 45 000 kr per month", (45000, None, "SEK", "monthly")),
        ("Pay: JPY 8,000,000 - 10,000,000 per annum", (8000000, 10000000, "JPY", "annual")),
        ("Salary: AED 18,000 per month", (18000, None, "AED", "monthly")),
        ("Salary: 90,000 CAD", (90000, None, "CAD", "annual")),
        ("OTE $180k, base $120k", (120000, None, "USD", "annual")),
        ("$150,000 OTE", (150000, None, "USD", "annual")),
        ("Salary £55,000 p.a.", (55000, None, "GBP", "annual")),
        ("Salary £55,000pa plus pension", (55000, None, "GBP", "annual")),
        ("Pay 1,200 EUR weekly", (1200, None, "EUR", "weekly")),
        ("$18.50/hr - $24/hr", (18.5, 24, "USD", "hourly")),
        ("Pay range: $18.50/hour to $24.75/hour, depending on shift", (18.5, 24.75, "USD", "hourly")),
        ("Hourly rate: $50 - $60", (50, 60, "USD", "hourly")),
        ("Day rate: €550", (550, None, "EUR", "daily")),
        ("Salary: 90,000 - 110,000 per year", (90000, 110000, None, "annual")),
        ("Bonus: $5,000 - $10,000 a year. Base pay: $70,000 - $80,000.", (70000, 80000, "USD", "annual")),
        ("Total compensation $200k - $250k; base salary $150k - $170k.", (150000, 170000, "USD", "annual")),
        ("Level 3: $90,000 - $100,000\nLevel 4: $110,000 - $130,000", (90000, 100000, "USD", "annual")),
        ("Salary: £40,000 - £45,000 + 10% bonus + £5,000 car allowance", (40000, 45000, "GBP", "annual")),
        ("Compensation: $85,000-$95,000/year + equity (0.1%)", (85000, 95000, "USD", "annual")),
        ("Salary: 4,500–5,500 EUR gross/month", (4500, 5500, "EUR", "monthly")),
        ("Salary: €3,200 gross per month for 40 hours", (3200, None, "EUR", "monthly")),
        ("Salary: HK$45,000 per month", (45000, None, "HKD", "monthly")),
        ("Salary: NZ$90,000 - NZ$105,000", (90000, 105000, "NZD", "annual")),
        ("Salary: ZAR 45,000 per month", (45000, None, "ZAR", "monthly")),
        ("Salary: R45 000 - R60 000 per month", (45000, 60000, "ZAR", "monthly")),
        ("Stipend: INR 20k/month", (20000, None, "INR", "monthly")),
        ("Salary 6.5L - 9L per annum", (650000, 900000, "INR", "annual")),
        ("The compensation for this role is USD $130,000 to USD $155,000 annually.", (130000, 155000, "USD", "annual")),
        ("Pay: 30-35 dollars an hour", (30, 35, "USD", "hourly")),
        ("Salary: 55.000 - 65.000 euros per year", (55000, 65000, "EUR", "annual")),
        ("Salary: RM 6,000 – RM 8,000", (6000, 8000, "MYR", "monthly")),
        ("Pay: ₱60,000/month", (60000, None, "PHP", "monthly")),
        ("Pay: ₦400,000 monthly", (400000, None, "NGN", "monthly")),
        ("Salary: up to 25 LPA", (None, 2500000, "INR", "annual")),
        ("Salary: $1,500 per week", (1500, None, "USD", "weekly")),
        ("Contract at $75 - $85/hr on W2", (75, 85, "USD", "hourly")),
        ("Per diem: $60. Pay: $38/hour.", (38, None, "USD", "hourly")),
        ("Salary: EUR 70.000 – 85.000 p.a. (gross)", (70000, 85000, "EUR", "annual")),
        ("Salary (annual): £38k to £42k", (38000, 42000, "GBP", "annual")),
        ("Salary: A$140k package", (140000, None, "AUD", "annual")),
        ("The expected annual base salary is 680,000–760,000 SEK.", (680000, 760000, "SEK", "annual")),
        ("Offered: 1,40,000 – 1,80,000 INR a month salary", (140000, 180000, "INR", "monthly")),
        ("Salary: minimum €48,500", (48500, None, "EUR", "annual")),
        ("Salary of at least £31,000 a year", (31000, None, "GBP", "annual")),
        ("Rate: 500 EUR per day", (500, None, "EUR", "daily")),
        ("Salary: 85k", (85000, None, None, "annual")),
        ("Salary: $8,500 per month; you also get $100 per month for your gym.", (8500, None, "USD", "monthly")),
        ("What we pay: 72-78k€", (72000, 78000, "EUR", "annual")),
        ("Salary: CZK 90,000–120,000 per month", (90000, 120000, "CZK", "monthly")),
        ("Salary: Kč 90 000 per month", (90000, None, "CZK", "monthly")),
        ("Salary: 1.100.000 Ft / month", (1100000, None, "HUF", "monthly")),
        ("Salary: $7,000 - $9,000", (7000, 9000, "USD", "monthly")),
        ("Salary: $110,000.00/yr - $130,000.00/yr", (110000, 130000, "USD", "annual")),
        ("$110,000.00/yr - $130,000.00/yr", (110000, 130000, "USD", "annual")),
        ("Salary: from £45,000 to £52,000 per annum", (45000, 52000, "GBP", "annual")),
        ("Pay rate: $32.00-$37.50 hourly", (32, 37.5, "USD", "hourly")),
    ],
)
def test_pay_is_read(text: str, expected: tuple[float | None, float | None, str | None, str]) -> None:
    found = pay(JDText(JD + text))
    assert found is not None
    assert (found.min, found.max, found.currency, found.period) == expected


@pytest.mark.parametrize(
    "text",
    [
        "We raised $45M in Series B funding last year.",
        "You will own a portfolio worth £3,000,000.",
        "A $1,500 home office stipend.",
        "Annual learning budget of €2,000 per year.",
        "Referral bonus of $5,000 for each hire.",
        "We process $4 billion in payments each year for 5k users.",
        "401(k) match up to $6,000 per year.",
        "Sign-on bonus: $15,000.",
        "Our plans start at $49 per month.",
        "Win the $10,000 prize of our hackathon.",
        "Our platform serves 120,000 - 150,000 users per day.",
        "Relocation support up to $8,000.",
        "Life insurance of $50,000.",
        "Annual revenue of $95,000 - $120,000 per store.",
        "You will manage budgets between $250,000 and $500,000.",
        "Salary: competitive. Annual bonus up to $10,000.",
        "Monthly wellness allowance of €50, gross.",
        "Save our clients $100,000 a year.",
        "Compensation: $0.5M - $0.6M",
        "PHP 7 and MySQL 8.0 are our base.",
        "Our customers pay $30 per month for the app.",
        "The base fee of the product is $99 a year.",
    ],
)
def test_an_amount_for_something_else_is_no_pay(text: str) -> None:
    assert pay(JDText(JD + text)) is None


def test_pay_says_where_it_stands() -> None:
    text = JD + "Base salary: $81,000 - $92,500 per year.\nBonus: $4,000."
    found = pay(JDText(text))
    assert found is not None and found.source is not None
    assert text[found.source.start : found.source.end] == found.raw == "$81,000 - $92,500 per year"


def test_whole_amounts_are_integers_and_former_periods_are_read() -> None:
    former = Ctc.model_validate({"raw": "x", "min": 95000.0, "max": 22.5, "currency": "USD", "period": "year"})
    assert former.wire() == {"raw": "x", "min": 95000, "max": 22.5, "currency": "USD", "period": "annual"}
    assert isinstance(former.min, int)


@pytest.mark.parametrize(
    "fragment", ["1,", "$1", "$1 - ", "1 ", " ", "\r\n", "(", "<", "• ", "a.", "1'", "€5k to ", "salary $9,"]
)
def test_pay_is_read_in_time_that_grows_with_the_text(fragment: str) -> None:
    jd = JDText(fragment * (100_000 // len(fragment)))
    assert jd.view
    start = time.perf_counter()
    pay(jd)
    assert time.perf_counter() - start < 1.0
