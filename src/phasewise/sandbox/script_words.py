"""The words of the scripted team: what its projects are about and what its tasks are called."""

import random
from dataclasses import dataclass
from typing import NamedTuple

_IDEAS = """
Parcel arrival times|arrival hour|quantile model|carrier scans, depot calendars, road closures|cross-border parcels, rural routes, bulky items|Logistics
Footwear returns|return risk|boosted trees|order lines, size charts, return reasons|first-time buyers, half sizes, gift orders|Merchandising
Clinic no-show reminders|no-show risk|logistic model|appointment logs, reminder texts, travel times|new patients, Monday mornings, video visits|the clinics
Day-ahead grid load|hourly load|forecast model|meter reads, weather runs, holiday calendars|solar feeders, heat waves, industrial feeders|Grid Control
Contract clause finder|clause spans|token tagger|signed contracts, clause library, reviewer notes|scanned annexes, bilingual contracts, amendments|Legal
Cold start for new artists|first-week plays|two-tower model|audio embeddings, playlist edits, skip events|new artists, long tracks, podcast listeners|Discovery
Warehouse slotting|pick distance|ranking model|pick paths, bin sizes, order waves|seasonal items, fragile goods, the night shift|Warehouse
Card dispute triage|dispute outcome|boosted trees|dispute letters, merchant history, chargeback codes|travel merchants, small amounts, repeat claims|Payments
Crop stress from satellite|stress index|segmentation model|satellite tiles, field borders, soil probes|cloudy weeks, irrigated maize, young orchards|Agronomy
Answer drafts for chat|draft acceptance|retrieval model|help articles, chat transcripts, macro usage|billing questions, long chats, mobile chats|Support
Click calibration|click rate|calibration layer|impression logs, bid requests, conversion pings|video slots, new advertisers, weekend traffic|Ads
Lift fault warning|days to fault|survival model|door sensor traces, service reports, motor currents|old hydraulics, hospital sites, sparse sensors|Field Service
Menu translation checks|error score|quality estimator|dish names, translator edits, allergen lists|handwritten menus, regional dishes, set menus|Localization
Repair cost from photos|repair cost|vision model|damage photos, garage invoices, parts lists|night photos, motorbikes, total losses|Claims
Store staffing forecast|hourly footfall|forecast model|till receipts, door counters, local events|airport stores, opening weeks, rainy days|Retail Operations
Duplicate listings|duplicate score|matching model|listing photos, seller edits, price history|refurbished phones, bundles, private sellers|Marketplace
Voice search on TV|title match|query parser|voice queries, catalogue titles, click logs|children's titles, accents, foreign titles|Living Room
Loan early warning|arrears risk|survival model|account flows, bureau files, payment plans|the self-employed, young borrowers, holiday pay|Risk
Water leak detection|leak score|anomaly model|pressure traces, repair tickets, pipe records|night flow, old cast iron, new districts|Network
Course recommendations|completion rate|sequence model|lesson views, quiz scores, search terms|first courses, returning learners, short courses|Learning
Toxic comment filter|toxicity score|text classifier|flagged comments, moderator decisions, appeals|sarcasm, short replies, mixed languages|Community
Fuel-saving routes|litres per trip|route model|engine telemetry, map gradients, driver notes|empty runs, mountain roads, winter trips|Fleet
Address matching|match rate|matching model|delivery addresses, postal files, courier notes|new buildings, rural lanes, company sites|Delivery
Shelf gap alerts|gap score|vision model|shelf photos, planograms, restock logs|chilled shelves, promotions, small stores|Category Management
"""  # noqa: E501

_TITLES = {
    "research": """
Interview {who} about {target}
Write the problem statement for {target}
Survey published work on {target}
Agree on the success metric with {who}
Estimate the value of a better {target}
Check privacy limits on {data}
Find out who owns {data}
Sketch the experiment plan
Estimate weeks per phase
Compare build and buy
Define the baseline for {target}
Map the decisions that use {target}
Review last year's attempt with {who}
Collect open questions on {segment}
Draft the risk list for {segment}
Kick-off notes and scope
""",
    "data_exploration": """
Profile {data} for gaps
Join {data} with {other}
Label 500 samples of {segment}
Plot {target} by season
Deduplicate {data}
Trace late-arriving {data}
Check {data} for leakage
Backfill two years of {data}
Measure label noise in {segment}
Sample {segment} for review
Build the training snapshot from {data}
Document the columns of {data}
Compare {data} across regions
Remove test accounts from {data}
Measure drift of {data} since spring
Write quality checks for {data}
Explain outliers in {target}
Align time zones of {data}
""",
    "modeling": """
Train a simple baseline for {target}
Fit the {model} on {data}
Tune the {model} for {segment}
Error analysis on {segment}
Add features from {data}
Calibrate {target}
Ablate features from {data}
Halve the training time of the {model}
Cross-validate by week
Compare the {model} with the baseline
Weight {segment} in the loss
Try a smaller {model}
Backtest on last winter
Explain predictions for {segment}
Write the model card
Stress-test on {segment}
Fix leakage from {data}
Retrain without {data}
Tune thresholds for {segment}
""",
    "productization": """
Package the {model} for serving
Move {data} to the feature store
Load-test the {target} endpoint
Add input checks for {data}
Write the roll-back runbook
Alert on drift of {data}
Cache results for {segment}
Schedule weekly retraining
Cut tail latency of the {target} endpoint
Shadow traffic for {segment}
Hand the dashboard over to {who}
Security review of the endpoint
Version the training snapshot
Port preprocessing of {data}
Canary release with 5 % of traffic
Pin dependencies of the {model}
Budget alert for inference cost
""",
    "ab_testing": """
Size the test for {segment}
Set up assignment for {segment}
A/A check of the assignment
Wire exposure events
Agree on guardrails with {who}
Check the sample ratio
Brief {who} on the test
Dashboard for the test metrics
Freeze the candidate {model}
""",
    "results_analysis": """
Read out the test to {who}
Break results down by {segment}
Estimate the yearly value of the lift
Write the decision note
Check for novelty effects in {segment}
Bootstrap the confidence interval
Explain the flat result for {segment}
Archive the test data
List follow-up ideas
Compare offline and online {target}
Verify guardrails after the test
Retrospective with {who}
""",
    "test": """
Run the A/B test on {segment}
Run the A/B test for two weeks
Run the hold-out test with {who}
""",
    "chore": """
Interview a candidate
Renew cluster certificates
Clean up old notebooks
On-call hand-over notes
Upgrade the training image
Answer the auditors' questions
Prepare the reading group
Rotate service credentials
Order GPU quota for next quarter
Fix the flaky nightly build
Review a pull request for Platform
Update the onboarding guide
Move dashboards to the new host
Tidy the shared bucket
""",
    "part": """
Gather inputs
First draft
Run on a sample
Run on everything
Write tests
Check with {who}
Write it up
""",
}

COMMENTS = {
    "waiting": (
        "Waiting for access.",
        "The upstream export is late again.",
        "Blocked on quota, asked Platform.",
        "Needs a decision first.",
    ),
    "handing": (
        "Could you close this one?",
        "Only the last check is missing.",
        "Yours, as agreed in the stand-up.",
    ),
    "finished": (
        "Numbers are in the notebook.",
        "Merged, nightly run is green.",
        "Smaller effect than hoped; details in the page.",
        "Ready for review.",
        "Works on the sample, full run tonight.",
    ),
}

_REGIONS = ("Nordics", "Iberia", "Benelux", "Brazil", "India", "Japan", "Canada", "Poland", "Italy", "Mexico")


class Idea(NamedTuple):
    """What a project is about."""

    title: str
    target: str
    model: str
    data: tuple[str, ...]
    segments: tuple[str, ...]
    who: str


def ideas(rng: random.Random, count: int) -> list[Idea]:
    """As many ideas as asked for, shuffled; beyond the list the same ones come again for another region."""
    known = [_idea(line) for line in _IDEAS.strip().splitlines()]
    rng.shuffle(known)
    again = (known[n % len(known)] for n in range(count))
    return [_for_region(idea, n // len(known)) for n, idea in enumerate(again)]


def _idea(line: str) -> Idea:
    title, target, model, data, segments, who = line.split("|")
    return Idea(title, target, model, tuple(data.split(", ")), tuple(segments.split(", ")), who)


def _for_region(idea: Idea, turn: int) -> Idea:
    if turn == 0:
        return idea
    region = _REGIONS[(turn - 1) % len(_REGIONS)]
    wave = (turn - 1) // len(_REGIONS) + 1
    return idea._replace(title=f"{idea.title}, {region}" + (f" {wave}" if wave > 1 else ""))


@dataclass(slots=True)
class Titles:
    """Hands out the titles of one project's tasks; one that comes again says so."""

    idea: Idea
    rng: random.Random
    used: dict[str, int]

    def next(self, kind: str) -> str:
        """A title of a phase, or of kind "test", "chore" or "part"."""
        patterns = _TITLES[kind].strip().splitlines()
        drawn = [self._fill(self.rng.choice(patterns)) for _ in range(12)]
        title = next((one for one in drawn if one not in self.used), drawn[0])
        turn = self.used[title] = self.used.get(title, 0) + 1
        return title if turn == 1 or kind == "part" else f"{title}, part {turn}"

    def _fill(self, pattern: str) -> str:
        data, other = self.rng.sample(self.idea.data, 2)
        segment = self.rng.choice(self.idea.segments)
        names = {"target": self.idea.target, "model": self.idea.model, "who": self.idea.who}
        text = pattern.format(data=data, other=other, segment=segment, **names)
        return text[0].upper() + text[1:]
