"""What each figure of the product says, what to act on, and what it does not say: written once, shown by
`{% explain "score" %}` beside the figure and all together in the glossary. Pure: standard library alone.

>>> ENTRIES["score"].title, ENTRIES["score"].page
('Score', 'when-a-platform')
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """One figure: its key and title, three short texts, and the guide page with more about it."""

    key: str
    title: str
    says: str
    act_on: str
    says_not: str
    page: str


HEALTH = (
    Entry(
        "score",
        "Score",
        "The share of applicable capabilities that are implemented. Partial work does not count.",
        "A fall since the last assessment, or a rise without a new level: the effort went elsewhere.",
        "Whether the important capabilities are among them. Two platforms with the same score can be a level apart.",
        "when-a-platform",
    ),
    Entry(
        "groups",
        "Groups",
        "The same share for each of eight groups of capabilities, with what is partial and what is missing.",
        "A group with a lot of amber. Work that was begun and never finished costs more than work that was not begun.",
        "That all groups should be equally full. Deferring a whole group can be the right decision.",
        "phase-1",
    ),
    Entry(
        "levels",
        "Levels",
        "A level is reached when everything it requires is implemented. The confirmed level counts only that; the "
        "provisional level counts partial work as done.",
        "The gap between the two: work that is already paid for and not useful yet. The next step names it.",
        "That everybody should aim for a higher level. A level that no condition calls for is only cost.",
        "phase-1",
    ),
    Entry(
        "critical_gaps",
        "Critical gaps",
        "Missing capabilities without which a wrong model can reach production, or stay there, unnoticed.",
        "Each of them, before anything that would raise the score more cheaply.",
        "How likely the harm is. A gap that has not hurt yet is not a small one.",
        "skew",
    ),
    Entry(
        "recommendations",
        "What to take up first",
        "All gaps in order: first what blocks the next level, then by priority, and work in progress before new work.",
        "The first three. A list of fifteen is a wish list.",
        "What it costs. The order knows nothing about your people or your contracts.",
        "phase-1",
    ),
    Entry(
        "evidence",
        "Evidence",
        "What the registry measured about an entered status: how many have the capability, out of how many, with the list "
        "behind both numbers.",
        "Contradictions in either direction. A status that is too low hides work that is done.",
        "Anything outside the registry. A capability that runs elsewhere has no evidence here, which does not mean that it "
        "is missing.",
        "why-platforms-fail",
    ),
    Entry(
        "conditions",
        "Conditions",
        "Five reasons for a platform: scale, retraining, incidents, duplication, compliance. Each is met, likely, not met "
        "or unknown.",
        "Compliance and incidents first. Then answer every open question, because unknown counts for nothing.",
        "Which tools to choose. A condition says that something is needed, not what.",
        "when-a-platform",
    ),
    Entry(
        "staffing",
        "Engineers to people served",
        "How many people each platform engineer serves, and how many model teams there are for each engineer.",
        "Less than one engineer per team. Nobody can then be lent to a team: office hours and golden paths have to do.",
        "How good the platform is. Two engineers with a good path serve more people than eight without one.",
        "interfaces-before-tools",
    ),
    Entry(
        "readiness",
        "Rebuild",
        "Whether a newcomer could rebuild a production model from the registry alone in under four hours, judged by what is "
        "on record and by rehearsals.",
        "The parts that are missing most often, and any rehearsal that took longer than four hours.",
        "That the rebuilt model is identical to the last digit. It says that nobody has to be asked for anything.",
        "golden-paths",
    ),
    Entry(
        "detection",
        "Detection timeline",
        "When an incident happened, when it was noticed, and when one named capability would have shown it.",
        "The days between the last two. They are the price of the missing capability, in a unit that everybody understands.",
        "Who should have noticed. People cannot notice what nothing shows them.",
        "skew",
    ),
)
TICKETS = (
    Entry(
        "pareto",
        "Hours by type",
        "Engineering hours of each type, the largest first, with the running total. A ticket without recorded hours is "
        "estimated by the median of its type; how long it waited is not counted. Without any hours: tickets.",
        "The few types that make up 80% of the hours. Everything else can stay as it is this quarter.",
        "What those tickets were worth to the people who opened them. Expensive tickets can be the right ones.",
        "golden-paths",
    ),
    Entry(
        "ticket_load",
        "Load",
        "Tickets in a typical full week, and how many that is per engineer per working day.",
        "A load that grows while the number of teams does not: something became harder to use.",
        "How long each one takes. One ticket a day can mean ten minutes or the whole day.",
        "feature-tax",
    ),
    Entry(
        "off_platform_share",
        "From teams off the platform",
        "The share of tickets from teams that do not work on the platform, by the teams' own records; others count for neither.",
        "A high share: the platform team supports two worlds and builds for one of them.",
        "Why those teams are elsewhere. Ask them; adoption counts the answers.",
        "why-platforms-fail",
    ),
    Entry(
        "untagged",
        "Unlabelled",
        "Tickets whose type is not known: no rule matched, the model was not sure enough, and nobody labelled them.",
        "More than 20%. Label some tickets in the queue: each label improves the next suggestions.",
        "That they are unimportant. The next missing feature often shows first in unusual requests.",
        "golden-paths",
    ),
    Entry(
        "weekly_tickets",
        "Tickets per week",
        "How many tickets of each type were opened in each week, with the trend of the total.",
        "A step after a release, or a slope that no release explains.",
        "How much work they were. A week with many small tickets can be lighter than one with a few large ones.",
        "feature-tax",
    ),
    Entry(
        "resolution",
        "Time to resolve",
        "How long tickets of each type stay open: the middle half, the median and the slow tail.",
        "The tail. Nine quick answers do not make up for the one team that waited two weeks.",
        "Effort. For most of the time that a ticket is open, nobody works on it.",
        "golden-paths",
    ),
    Entry(
        "backlog",
        "Open tickets by age",
        "The tickets that are open now, by how long they have been open.",
        "Everything older than a month. Do it, or tell the requester that it will not be done.",
        "What nobody requested. Teams that have given up leave no open tickets.",
        "why-platforms-fail",
    ),
    Entry(
        "team_types",
        "Tickets by team and type",
        "How many tickets of each type came from each team.",
        "A dark column: one root cause for many teams. A dark row: one team that needs a visit.",
        "Which team is difficult. A team with many tickets is a team that uses the platform.",
        "golden-paths",
    ),
    Entry(
        "simulator",
        "Simulator",
        "What would remain of the last weeks' tickets and hours if a share of some types no longer arrived. Each slider "
        "ends where a fix of that type usually ends.",
        "The smallest set of types that halves the tickets or the hours, and the fix behind each. Store it as a plan.",
        "What the fixes would cost to build.",
        "golden-paths",
    ),
)
ADOPTION = (
    Entry(
        "monthly_active_teams",
        "Monthly active teams",
        "Teams that ran at least one training on the platform in a calendar month.",
        "A fall for two months in a row. It shows an adoption problem a quarter before anybody complains.",
        "Whether they are satisfied. Teams that have no choice are active too.",
        "leading-indicators",
    ),
    Entry(
        "new_project_share",
        "New projects on the platform",
        "Of the model projects started in a month, the share that started on the platform.",
        "A share that falls while active teams stay level: existing teams stay, new projects go elsewhere.",
        "How important a project is. Small trials and large systems count the same.",
        "leading-indicators",
    ),
    Entry(
        "coverage",
        "Coverage",
        "Of the use cases that the platform supports, the share that runs on it.",
        "Use cases that are supported and still run elsewhere: something other than a missing feature keeps them away.",
        "Anything about unsupported use cases. They are counted separately, as gaps.",
        "interfaces-before-tools",
    ),
    Entry(
        "escape_hatch_gaps",
        "Escape-hatch gaps",
        "Use cases that the platform does not support.",
        "Any of them without a documented way around that keeps registry and monitoring. Without one it grows unseen.",
        "That all of them should be supported. Some will always be cheaper outside.",
        "golden-paths",
    ),
    Entry(
        "first_run",
        "Time to the first successful run",
        "Minutes from a team's onboarding, or its first training run, to the end of the first that succeeded. The target is 30.",
        "Every team above the target. What stopped it will stop the next team at the same place.",
        "Anything where the end of that run is not reported: it stays unknown. The day of the onboarding itself never counts.",
        "golden-paths",
    ),
    Entry(
        "velocity",
        "Weeks to release",
        "How long each capability took from start to release, and the median of each year.",
        "A latest year at twice the first or more, each with three releases: the feature tax, which grows while adoption looks good.",
        "Size. Later capabilities may be larger: look at what they were before you draw conclusions.",
        "feature-tax",
    ),
    Entry(
        "showstoppers",
        "What would make teams switch",
        "Answers to one question that is put to teams off the platform, counted over the quarter.",
        "The most common answer. Removing one showstopper moves more teams than five improvements.",
        "That teams will come once it is removed. Ask again afterwards.",
        "why-platforms-fail",
    ),
    Entry(
        "diagnosis",
        "Diagnosis",
        "Whether levels or trends suggest an adoption failure, a bottleneck, or complexity that came too early.",
        "The one that the figures suggest. Each has a different remedy, and the wrong one makes the others worse.",
        "More than its figures. If one is not reported, the answer is unknown, not no.",
        "why-platforms-fail",
    ),
)
REGISTRY = (
    Entry(
        "gate",
        "Gate",
        "Whether serving would compute every feature as it was computed in training. The answer is stored with everything "
        "it was based on.",
        "Blocked: choose one of the ways out listed below it. Whichever you choose is recorded.",
        "Whether the model is good. Evaluation policies check that, and fairness is a separate question.",
        "skew",
    ),
    Entry(
        "pin",
        "Pin",
        "Serving keeps computing this feature with the version that the model was trained on.",
        "Pins that grow old. A pin buys time for retraining; it does not replace it.",
        "That the newer definition is wrong. Both can be right, for different models.",
        "skew",
    ),
    Entry(
        "override",
        "Override",
        "One person requested to pass a blocked gate and another approved it: for exactly the conflicts they saw, until a "
        "set time.",
        "Repeated overrides for the same cause. Either the cause or the rule needs work.",
        "That the conflict is gone. Somebody accepted it, by name, for a limited time.",
        "interfaces-before-tools",
    ),
    Entry(
        "parity_share",
        "Rows that differ",
        "Of the same rows, the share that gets another value from the second definition. A null on only one side is a "
        "difference.",
        "Anything above the feature's limit, which is 0% unless you set another.",
        "How much it matters to a model. One differing row in a thousand can be the one that decides.",
        "skew",
    ),
    Entry(
        "psi",
        "PSI",
        "How much the shares of a column's bins moved (population stability index). By convention, 0.1 means look and 0.25 "
        "means act.",
        "A rise against the column's own history, rather than the conventional values.",
        "Which rows changed. Thousands of rows can change while the shares stay the same.",
        "skew",
    ),
    Entry(
        "ks",
        "KS",
        "The largest gap between the two cumulative distributions, from 0 to 1. Its p-value is informational.",
        "The gap itself. With enough rows every p-value is tiny, and alarms that always ring are ignored.",
        "Much about the tails, where it is weakest, and nothing about nulls.",
        "skew",
    ),
    Entry(
        "wasserstein",
        "Wasserstein distance",
        "How far values would have to move to turn one distribution into the other, in standard deviations of the "
        "reference.",
        "Values above the limit: 0.1 unless set or calibrated. It grows with how far values moved, not only with how many "
        "moved.",
        "The shape of the change. A small shift of everything and a few extreme outliers can give the same value.",
        "skew",
    ),
    Entry(
        "jensen_shannon",
        "Jensen-Shannon distance",
        "How different two sets of shares are: 0 is identical, 1 is nothing in common. Used for categories and bins.",
        "A new category with a substantial share, which raises it at once.",
        "Order. For this distance, 3 is as far from 4 as from 400.",
        "skew",
    ),
    Entry(
        "drift_limit",
        "Limit of a column",
        "The value above which a column counts as drifted: fixed, or calibrated from the column's own windows.",
        "The expected number of false alarms per week, shown beside it. If it is more than anybody will look at, the limit "
        "is too low.",
        "That the drift is harmful. A model may not care; labels and its own metric show that.",
        "leading-indicators",
    ),
    Entry(
        "fairness",
        "Fairness by group",
        "How the rates of a decision differ between groups, and whether each is within the limits of the policies.",
        "A figure beyond its limit. It blocks the way to production whatever the other results are.",
        "Which kind of fairness is right here. They exclude one another; law and purpose decide, and the policy records it.",
        "interfaces-before-tools",
    ),
    Entry(
        "audit_chain",
        "Audit chain",
        "Every change of state, each event linked to the one before, so that any edit, gap or truncation shows.",
        "The first broken event: at once, and with somebody who had no access to the database.",
        "That what was recorded was right. It proves that nobody has rewritten it.",
        "interfaces-before-tools",
    ),
)
SECTIONS = (("Health", HEALTH), ("Tickets", TICKETS), ("Adoption", ADOPTION), ("Registry and checks", REGISTRY))
ENTRIES = {entry.key: entry for _, entries in SECTIONS for entry in entries}
