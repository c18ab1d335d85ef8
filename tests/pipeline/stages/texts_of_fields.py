"""Short job descriptions of other trades, some under titles that computing has too, and of computing at unusual employers."""

from __future__ import annotations


def jd(title: str, about: str, duties: str, demands: str) -> str:
    """A job description; duties and demands are separated by semicolons."""
    bullets = ["\n".join(f"- {line.strip()}." for line in part.split(";")) for part in (duties, demands)]
    return f"{title}\n\n{about}\n\nResponsibilities\n{bullets[0]}\n\nRequirements\n{bullets[1]}"


OTHER_TRADES = {
    "reliability of a refinery": jd(
        "Reliability Engineer",
        "Our refinery distils crude for two provinces.",
        "Watch the condition of compressors and heat exchangers; Plan shutdowns with the maintenance crew; "
        "Investigate broken seals and choose better ones",
        "Degree in mechanical engineering; Knowledge of thermography and oil analysis; Six years in petrochemistry",
    ),
    "field service of dairies": jd(
        "Field Service Engineer",
        "We build milking robots and look after them.",
        "Visit farms and replace pumps, hoses and teat cups; Train farmers to clean the stalls; Order spare parts",
        "Trade as agricultural mechanic; Driving licence; Willing to work at weekends",
    ),
    "development of a builder": jd(
        "Development Manager",
        "We build rental flats on former railway land.",
        "Find plots and negotiate options with owners; Lead planning applications through the council; "
        "Steer architects, surveyors and contractors to completion",
        "Degree in real estate or town planning; Eight years of residential schemes; Knows planning law",
    ),
    "architect of buildings": jd(
        "Architect",
        "A studio of twelve people for schools and museums.",
        "Design timber buildings from sketch to permit; Draw details and schedules; Inspect workmanship on site",
        "Registered architect; Revit, AutoCAD, SketchUp and Rhino; Knows the building code and fire rules",
    ),
    "nurse of a ward": jd(
        "Registered Nurse, Cardiology",
        "A clinic with 300 beds.",
        "Give medicines and watch heart rhythms; React to alarms and start resuscitation; Write care plans in Epic",
        "Nursing licence; Advanced life support; One year on a ward",
    ),
    "seller of software": jd(
        "Account Executive, SaaS",
        "Our platform for security runs on AWS and Kubernetes.",
        "Call on purchasing departments and close contracts; Keep the pipeline in Salesforce up to date; Beat a quarterly quota",
        "Four years of selling software; Negotiation; Fluent French",
    ),
    "controller of accounts": jd(
        "Financial Controller",
        "A family firm that bakes bread for supermarkets.",
        "Close the books each month; Prepare the budget with the owners; Supervise payables, payroll and taxes",
        "Chartered accountant; SAP, Excel and DATEV; Experience in food",
    ),
    "teacher of computing": jd(
        "Mathematics and Computing Teacher",
        "A village school for ages eleven to sixteen.",
        "Teach five classes and mark their work; Meet parents; Run the chess club",
        "Teaching qualification; Basics of Python and Scratch for lessons; Clean record check",
    ),
    "mechanical designer": jd(
        "Senior Design Engineer",
        "We make gearboxes for wind turbines.",
        "Design housings and shafts in SolidWorks; Calculate fatigue and tolerances; Release drawings to the foundry",
        "Degree in mechanical engineering; SolidWorks, Ansys and PDM; Knows casting and heat treatment",
    ),
    "electrical planner": jd(
        "Electrical Engineer",
        "We plan substations for the grid.",
        "Size switchgear, cables and transformers; Draw single line diagrams; Attend commissioning with the contractor",
        "Degree in power engineering; AutoCAD Electrical, ETAP; Knows IEC 61439 and safety rules",
    ),
    "scientist of a laboratory": jd(
        "Research Scientist, Cell Biology",
        "We look for drugs against rare diseases.",
        "Culture cells and run assays by flow cytometry; Keep the laboratory book; Present results at meetings",
        "PhD in biology; qPCR, western blots, microscopy; GraphPad Prism and Excel",
    ),
    "tester of aircraft seats": jd(
        "Test Engineer",
        "Our wind tunnel serves makers of trains and cars.",
        "Mount models on the balance and measure drag; Calibrate pressure sensors; Write up runs for customers",
        "Degree in aerodynamics; Strain gauges, LabVIEW; Able to climb ladders",
    ),
    "operations of a warehouse": jd(
        "Operations Manager",
        "Our hall ships shoes to all of Iberia.",
        "Plan shifts of ninety pickers; Cut damage and late parcels; Negotiate with carriers and unions",
        "Five years in logistics; Excel and a WMS; Spanish and Portuguese",
    ),
    "supervisor of a kitchen": jd(
        "Pastry Chef",
        "A hotel by the lake.",
        "Bake bread and cakes for 200 guests; Write menus and order flour, butter and fruit; Train two apprentices",
        "Trade certificate as confectioner; Hygiene training; Early mornings",
    ),
    "counsel": jd(
        "Legal Counsel, Data Protection",
        "An insurer with four million customers.",
        "Draft contracts with processors; Answer requests of people about their data; Represent us before the regulator",
        "Admitted to the bar; GDPR; Four years in a law firm",
    ),
    "recruiter of programmers": jd(
        "IT Recruiter",
        "We place Java, Python and .NET programmers with banks.",
        "Search for candidates on LinkedIn and call them; Write advertisements; Arrange interviews and agree on salaries",
        "Two years in recruiting; Good on the telephone; Knows what DevOps people do",
    ),
    "process of a brewery": jd(
        "Process Engineer",
        "We brew beer and bottle it.",
        "Raise the yield of the brew house; Write recipes for cleaning in place; Lead trials of a new filter",
        "Degree in brewing or chemical engineering; Lean, SPC; Shift work during trials",
    ),
    "installer of cables": jd(
        "Network Technician",
        "We dig fibre into the ground for a utility.",
        "Lay ducts along roads and blow in cables; Splice fibres in the manhole; Close roads with signs",
        "Driving licence for lorries; Fit for work outdoors; Trade as cable layer",
    ),
    "surveyor": jd(
        "Site Engineer",
        "Our company builds bridges of concrete.",
        "Set out piers with a total station; Check formwork and rebar; Keep the diary of the site",
        "Degree in civil engineering; AutoCAD; Two years on sites",
    ),
    "pharmacy": jd(
        "Systems Pharmacist",
        "A hospital pharmacy that fills robots with tablets.",
        "Check prescriptions and advise wards; Fill the dispensing robot; Count controlled drugs",
        "Pharmacist's licence; Patience; On call one week a month",
    ),
    "marketing": jd(
        "Growth Marketing Manager",
        "We sell bicycles on the web.",
        "Plan campaigns on Instagram and Google Ads; Brief agencies; Report the cost of each sale",
        "Five years in marketing; Google Analytics, HubSpot, Canva; Writes well",
    ),
    "agronomist": jd(
        "Field Application Specialist",
        "Seeds for growers of vegetables.",
        "Lay out trial plots and score the plants; Advise growers on water and pests; Hold open days",
        "Degree in agronomy; Driving licence; Excel",
    ),
    "machine operator": jd(
        "Machine Operator and Programmer",
        "We turn parts for pumps.",
        "Set up lathes and write programs for them; Measure parts and correct the tools; Deburr and pack",
        "Trade as a machinist; Fanuc controls, G-code; Three shifts",
    ),
    "trainer of dogs": jd(
        "Python Handler",
        "A zoo with the largest house of reptiles in the north.",
        "Feed snakes and clean their terraria; Talk to visitors; React to escapes by the plan",
        "Trade as zoo keeper; Calm; Tetanus vaccination",
    ),
    "claims": jd(
        "Claims Analyst",
        "We insure ships and their cargo.",
        "Assess damage reports and decide on payment; Write to brokers; Recover costs from carriers",
        "Three years in marine insurance; Excel; English and Greek",
    ),
}
"""Texts of which no role of the shipped catalog is right, by what they are."""

UNUSUAL_COMPUTING = {
    "developer at a hospital": (
        jd(
            "Interface Developer",
            "A hospital with 900 beds and its own laboratory.",
            "Build HL7 and FHIR interfaces between the laboratory and the patient record; Watch queues and mend broken messages",
            "Mirth Connect, SQL, JavaScript; Three years with interfaces of hospitals",
        ),
        {"integration-developer", "backend-engineer", "web-developer", "etl-developer"},
    ),
    "administrator at a town hall": (
        jd(
            "Systems Administrator",
            "The town of Brackwater looks after 40 schools and the harbour.",
            "Run the servers and the mail of the town; Patch laptops and reset passwords; Keep backups",
            "Windows Server, Active Directory; Driving licence to reach the schools",
        ),
        {"systems-administrator", "it-support-engineer"},
    ),
    "analyst of a dairy": (
        jd(
            "Data Analyst",
            "Our dairy collects milk from 2,000 farms.",
            "Build reports on yield and cell counts; Find farms whose milk spoils; Explain figures to farmers",
            "SQL, Power BI, Excel; Likes the country",
        ),
        {"data-analyst", "bi-developer"},
    ),
    "scientist of crops": (
        jd(
            "Data Scientist, Crops",
            "We breed wheat that needs less water.",
            "Model yields from satellite images; Put models before agronomists; Clean trial data",
            "Python, scikit-learn, statistics",
        ),
        {"data-scientist", "ml-engineer", "computer-vision-engineer"},
    ),
    "engineer of a bank in few words": (
        "Java developer for a bank. You will write services for payments with Spring Boot and Kafka, test them and run them. "
        "You have three years of Java and know SQL. We are in Leeds, two days a week from home.",
        {"java-backend-developer", "backend-engineer"},
    ),
    "developer of charity": (
        jd(
            "Web Developer",
            "A charity that feeds the homeless of three cities.",
            "Build pages for donors; Keep forms accessible; Help colleagues to write content",
            "HTML, CSS, JavaScript, WordPress",
        ),
        {"web-developer", "wordpress-developer", "frontend-engineer"},
    ),
    "firmware of pumps": (
        jd(
            "Firmware Engineer",
            "We make infusion pumps.",
            "Write control software for motors and alarms; Trace faults with an oscilloscope; Document for the regulator",
            "C, microcontrollers, RTOS; IEC 62304",
        ),
        {"firmware-engineer", "embedded-engineer"},
    ),
    "owner of an app of railways": (
        jd(
            "Product Owner",
            "The ticket app of a railway with a million passengers a day.",
            "Order the backlog and write stories; Accept increments with the team; Speak for passengers",
            "Scrum, Jira; Three years as product owner",
        ),
        {"product-owner", "product-manager"},
    ),
    "tester of a lottery": (
        jd(
            "Test Automation Engineer",
            "A state lottery.",
            "Automate tests of the draw and the web shop; Find races before players do",
            "Selenium, Java, Cucumber, Jenkins",
        ),
        {"test-automation-engineer", "qa-engineer"},
    ),
    "support at a law firm": (
        jd(
            "IT Support Engineer",
            "A law firm of sixty partners.",
            "Answer calls of lawyers, mend laptops and printers; Set up accounts and telephones",
            "Windows, Office 365; Patience with people",
        ),
        {"it-support-engineer", "technical-support-engineer", "systems-administrator"},
    ),
    "database of a museum": (
        jd(
            "Database Administrator",
            "A museum with four million objects.",
            "Keep the collection database fast and safe; Tune queries; Restore from backups twice a year as a drill",
            "PostgreSQL, Oracle, Linux",
        ),
        {"database-administrator"},
    ),
    "security of a water works": (
        jd(
            "Cyber Security Engineer",
            "We give water to a city.",
            "Segment the network of pumps; Watch logs in the SIEM; Lead drills for incidents",
            "Firewalls, Splunk, IEC 62443",
        ),
        {"cybersecurity-engineer", "security-analyst", "network-engineer"},
    ),
    "unnamed pipelines": (
        "We measure rivers. You will move readings of 5,000 gauges into our warehouse: ingest with Kafka, transform with Spark "
        "and dbt, schedule with Airflow and watch quality. You write Python and SQL well and have run pipelines for years.",
        {"data-engineer", "etl-developer", "analytics-engineer"},
    ),
    "maps of forests": (
        jd(
            "GIS Developer",
            "The forest service of a province.",
            "Build web maps of fires and felling; Load drone images; Publish layers for foresters",
            "PostGIS, QGIS, Python, Leaflet",
        ),
        {"gis-developer"},
    ),
}
"""Texts with the roles that are right, by what they are."""

TITLES_ALONE = (
    ("Data Engineer", "Our vineyard grows Riesling on slate."),
    ("Security Engineer", "We guard shopping centres by night."),
    ("Cloud Architect", "We plan gardens on roofs."),
    ("Platform Engineer", "Our rigs drill for oil at sea."),
)
"""Titles of the catalog with an employer of another trade, whose duties follow."""
