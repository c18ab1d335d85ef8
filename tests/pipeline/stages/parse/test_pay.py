"""Pay in the notations that occur, and amounts that pay for something else."""

import time

import pytest

from pipeline.contracts import Ctc, JobLocation
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
        ("Remuneration: £52.5k", (52500, None, "GBP", "annual")),
        ("Salary band: £36,024 to £43,257", (36024, 43257, "GBP", "annual")),
        ("Salary Range: USD 4.5k to 6k monthly", (4500, 6000, "USD", "monthly")),
        ("Pay: 28 €/h", (28, None, "EUR", "hourly")),
        ("Gross salary: 3 200 € - 3 800 € / month", (3200, 3800, "EUR", "monthly")),
        ("Annual gross salary: 62.000 EUR", (62000, None, "EUR", "annual")),
        ("Salary: EUR 62K", (62000, None, "EUR", "annual")),
        ("CTC: 18-24 Lacs PA", (1800000, 2400000, "INR", "annual")),
        ("CTC: INR 18,00,000 - 24,00,000 PA", (1800000, 2400000, "INR", "annual")),
        ("Salary: 40k-60k per month INR", (40000, 60000, "INR", "monthly")),
        ("Compensation: ₹8L – ₹14L", (800000, 1400000, "INR", "annual")),
        ("Pay: Rs 1.5 lakh per month", (150000, None, "INR", "monthly")),
        ("Salary: AUD 130,000 + superannuation", (130000, None, "AUD", "annual")),
        ("Target salary is around C$105,000.", (105000, None, "CAD", "annual")),
        ("Base compensation: CAD $92,000 to CAD $118,000", (92000, 118000, "CAD", "annual")),
        ("The hiring range is 92,000 USD to 118,000 USD per year base pay.", (92000, 118000, "USD", "annual")),
        ("Expected pay: CHF 8'500.- per month", (8500, None, "CHF", "monthly")),
        ("Lohn / pay: CHF 115’000 p.a.", (115000, None, "CHF", "annual")),
        ("Salary: DKK 48.000 per month", (48000, None, "DKK", "monthly")),
        ("Salary: NOK 750 000 - 900 000", (750000, 900000, "NOK", "annual")),
        ("Salary: PLN 120-160 per hour (B2B)", (120, 160, "PLN", "hourly")),
        ("Rate: 120 - 160 PLN/h net + VAT", (120, 160, "PLN", "hourly")),
        ("Salary: HUF 1,200,000 gross / month", (1200000, None, "HUF", "monthly")),
        ("Salary: THB 60,000-90,000 / month", (60000, 90000, "THB", "monthly")),
        ("Salary: IDR 15,000,000 per month", (15000000, None, "IDR", "monthly")),
        ("Salary: Rp 15.000.000 per month", (15000000, None, "IDR", "monthly")),
        ("Salary: ₪25,000 per month", (25000, None, "ILS", "monthly")),
        ("Salary: QAR 15,000 monthly, tax free", (15000, None, "QAR", "monthly")),
        ("Salary: ¥9,000,000 a year", (9000000, None, "JPY", "annual")),
        ("Pay: MXN $35,000 per month", (35000, None, "MXN", "monthly")),
        ("Daily rate: up to £600 (inside IR35)", (None, 600, "GBP", "daily")),
        ("Pay is $1,200 to $1,400 weekly.", (1200, 1400, "USD", "weekly")),
        ("Starting at $21/hour", (21, None, "USD", "hourly")),
        ("This role pays $26.40 an hour.", (26.4, None, "USD", "hourly")),
        ("Salary: from $75,000", (75000, None, "USD", "annual")),
        ("Salary: not less than $75,000 annually", (75000, None, "USD", "annual")),
        ("Earn between £30,000 and £34,500 per year.", (30000, 34500, "GBP", "annual")),
        ("Base: $145K - $165K | Bonus: 15% | Equity: 0.05%", (145000, 165000, "USD", "annual")),
        ("Salary: $90K/yr", (90000, None, "USD", "annual")),
        ("Salary: 90-110K CAD/yr", (90000, 110000, "CAD", "annual")),
        ("The pay scale is $48.08 - $62.50 per hour ($100,006 - $130,000 annually).", (48.08, 62.5, "USD", "hourly")),
        ("Minimum Salary: $80,000.00\nMaximum Salary: $100,000.00", (80000, 100000, "USD", "annual")),
        ("Salary: US$ 60,000 - US$ 72,000 per annum", (60000, 72000, "USD", "annual")),
        ("We offer 4.000 to 5.000 euros a month.", (4000, 5000, "EUR", "monthly")),
        ("Compensation $150,000 to $180,000 base, with 20% bonus.", (150000, 180000, "USD", "annual")),
        ("We can pay up to $190,000 for the right person.", (None, 190000, "USD", "annual")),
        ("In Colorado, the salary range for this position is $101,000-$136,000.", (101000, 136000, "USD", "annual")),
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
        "Salary £Competitive",
        "Pay: DOE",
        "Our series B of $30,000,000 closed in May.",
        "The shop sells bikes from $500 to $900.",
        "Manage a P&L of $2M - $5M.",
        "Oversee contracts between $100,000 and $900,000.",
        "Employees get $75 per month for their mobile phone.",
        "Annual education stipend: $5,000.",
        "Fines of up to €20,000 may apply.",
        "Savings of $40,000 - $60,000 a year through better hosting.",
        "Up to $3,000 for childcare each year.",
        "The trial costs £30 a day.",
        "Our average order is $60 - $90.",
        "HSA contribution of $1,200 per year.",
        "We serve firms with revenues of $1 to $50 million.",
        "Short-term disability pays $500 per week.",
        "Yearly bonus: 5,000 - 8,000 EUR.",
        "You handle tickets worth $50,000 to $100,000 each.",
        "30 days of paid leave and $500 for your desk.",
        "Travel: 10-20%",
        "We pay $2,500 towards moving costs.",
        "Health insurance (we pay up to $1,000 per month).",
    ],
)
def test_an_amount_for_something_else_is_no_pay(text: str) -> None:
    assert pay(JDText(JD + text)) is None


def test_pay_says_where_it_stands() -> None:
    text = JD + "Base salary: $81,000 - $92,500 per year.\nBonus: $4,000."
    found = pay(JDText(text))
    assert found is not None and found.source is not None
    assert text[found.source.start : found.source.end] == found.raw == "$81,000 - $92,500 per year"


@pytest.mark.parametrize(
    ("text", "country", "currency"),
    [
        ("Salary: $90,000", "Canada", "CAD"),
        ("Salary: US$90,000", "Canada", "USD"),
        ("Salary: $90,000 USD", "Canada", "USD"),
        ("Salary: Rs. 150,000 per month", "Pakistan", "PKR"),
        ("Salary: 700 000 kr", "Norway", "NOK"),
        ("Salary: 45k", "United Kingdom", "GBP"),
        ("Salary: €45k", "United Kingdom", "EUR"),
        ("Salary: $90,000", "France", "USD"),
    ],
)
def test_a_sign_of_several_countries_is_that_of_the_job_s(text: str, country: str, currency: str) -> None:
    place = JobLocation(aliases=[], city=None, country=country, state=None, work_mode=None)
    found = pay(JDText(JD + text), [place])
    assert found is not None and found.currency == currency


def test_whole_amounts_are_integers_and_former_periods_are_read() -> None:
    former = Ctc.model_validate({"raw": "x", "min": 95000.0, "max": 22.5, "currency": "USD", "period": "year"})
    assert former.wire() == {"raw": "x", "min": 95000, "max": 22.5, "currency": "USD", "period": "annual"}
    assert isinstance(former.min, int)


@pytest.mark.parametrize(
    "fragment", ["1,", "$1", "$1 - ", "1 ", " ", "\r\n", "(", "<", "• ", "a.", "1'", "€5k to ", "salary $9,"]
)
def test_pay_is_read_in_time_that_grows_with_the_text(fragment: str) -> None:
    jd = JDText(fragment * (100_000 // len(fragment)))
    assert len(jd.view) <= 100_000
    start = time.perf_counter()
    pay(jd)
    assert time.perf_counter() - start < 1.0
