"""What each figure of the product says, what leads act on, and what it does not say: written once, shown by
`{% explain "score" %}` at the figure and all together in the glossary. Pure: standard library alone.

>>> ENTRIES["score"].title, ENTRIES["score"].page
('Score', 'when-a-platform')
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """One figure: its key and title, three short texts, and the guide page that goes on about it."""

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
        "Of the capabilities that apply here, the share that is implemented. Half-done work counts nothing.",
        "A fall since the last assessment, and a rise that no level followed: effort that went somewhere else.",
        "Whether the important ones are among them. Two platforms with the same score can stand a level apart.",
        "when-a-platform",
    ),
    Entry(
        "groups",
        "Groups",
        "The same share for each of eight groups, with what is partial and what is missing beside it.",
        "A group of much amber: begun work that nobody finishes holds more back than work that was never begun.",
        "That all groups should be equally full. Deferring a whole group can be the right decision.",
        "phase-1",
    ),
    Entry(
        "levels",
        "Levels",
        "A level is reached when everything it asks for is implemented. Confirmed counts only that; provisional counts "
        "what is partial as if it were done.",
        "The gap between the two. It is work that is paid for already and not yet of use; the next step names it.",
        "That a higher level is the goal for everybody. A level that no condition calls for is cost.",
        "phase-1",
    ),
    Entry(
        "critical_gaps",
        "Critical gaps",
        "Capabilities without which a wrong model can reach production, or stay there, and nothing shows it.",
        "Each of them, before anything that would raise the score more cheaply.",
        "How likely the harm is. A gap that never hurt yet is not thereby small.",
        "skew",
    ),
    Entry(
        "recommendations",
        "What to take up first",
        "Every gap, ordered by whether it blocks the next level, by priority, and begun work before new work.",
        "The first three. A list of fifteen is a wish.",
        "What it costs. The order knows nothing of your people or of your contracts.",
        "phase-1",
    ),
    Entry(
        "evidence",
        "Evidence",
        "What the registry measured of a claim: how many have it, out of how many, and the list behind both numbers.",
        "Contradictions, in either direction. A claim that is too low hides work that is done.",
        "Anything of what it does not see. A capability that runs outside the registry has no evidence, and that is not "
        "evidence against it.",
        "why-platforms-fail",
    ),
    Entry(
        "conditions",
        "Conditions",
        "Five reasons that call for a platform: scale, retraining, incidents, duplication, compliance. Each is met, "
        "likely, not met or unknown.",
        "Compliance and incidents first; and every question that is still open, because unknown counts for nothing.",
        "Which tools to take. A condition says that something is needed, never what.",
        "when-a-platform",
    ),
    Entry(
        "staffing",
        "Engineers to people served",
        "How many people each platform engineer serves, and for how many model teams there is one engineer.",
        "Less than one engineer for each team. Nobody can be lent to a team then; office hours and paths have to do.",
        "How good the platform is. Two engineers with a good path serve more people than eight without.",
        "interfaces-before-tools",
    ),
    Entry(
        "readiness",
        "Rebuild",
        "Whether a newcomer could rebuild a production model from the registry alone in under four hours: by what is on "
        "record, and by rehearsals.",
        "The parts that are missing most often, and a rehearsal that took longer than four hours.",
        "That a rebuild gives the same model to the last digit. It says that nothing has to be asked for.",
        "golden-paths",
    ),
    Entry(
        "detection",
        "Detection timeline",
        "When an incident happened, when it was seen, and when it would have been seen with one named capability.",
        "The days between the last two. They are what the missing capability cost, in a unit everybody understands.",
        "Who should have noticed. With nothing to look at, attention alone does not find it.",
        "skew",
    ),
)
TICKETS = (
    Entry(
        "pareto",
        "Hours by type",
        "Engineering hours that each type of ticket took, the largest first, with the running total.",
        "The few types that make up four fifths. Everything else can stay as it is this quarter.",
        "What those tickets were worth to who asked. Dear ones can be the right ones.",
        "golden-paths",
    ),
    Entry(
        "ticket_load",
        "Load",
        "Tickets in a typical full week, and what that is for one engineer on one working day.",
        "A load that grows while the number of teams does not: something got harder to use.",
        "How long each takes. One a day can be ten minutes or the whole day.",
        "feature-tax",
    ),
    Entry(
        "off_platform_share",
        "From teams off the platform",
        "The share of tickets from teams that do not work on the platform.",
        "A high share. The platform team serves two worlds and builds for one.",
        "Why those teams are elsewhere. Ask them: the answers are counted under adoption.",
        "why-platforms-fail",
    ),
    Entry(
        "untagged",
        "Unlabelled",
        "Tickets whose type neither a rule, nor what was learned, nor a person could say.",
        "More than a fifth. Say the type of some in the queue; each answer teaches the next proposals.",
        "That they are unimportant. Odd requests are where the next missing feature shows first.",
        "golden-paths",
    ),
    Entry(
        "weekly_tickets",
        "Tickets per week",
        "How many tickets of each type were opened in each week, with the trend of the whole.",
        "A step after a release, and a slope that no release explains.",
        "Work. A week with many small tickets can be lighter than one with few.",
        "feature-tax",
    ),
    Entry(
        "resolution",
        "Time to resolve",
        "How long tickets of each type stay open: the middle half, the median, and the slow tail.",
        "The tail. Nine quick answers do not make up for the one team that waited for two weeks.",
        "Effort. Most of the time a ticket waits, nobody works on it.",
        "golden-paths",
    ),
    Entry(
        "backlog",
        "Open tickets by age",
        "What is open now, by how long it has been.",
        "Whatever is older than a month. Do it, or say that it will not be done.",
        "What was never asked. Teams that gave up asking leave no open tickets.",
        "why-platforms-fail",
    ),
    Entry(
        "team_types",
        "Tickets by team and type",
        "How many tickets of each type came from each team.",
        "A warm column: one root cause for many teams. A warm row: one team that needs a visit.",
        "Which team is difficult. A team that asks much is a team that uses the platform.",
        "golden-paths",
    ),
    Entry(
        "simulator",
        "Simulator",
        "What is left of last weeks' tickets and hours if a share of a type no longer arrived.",
        "The smallest set of levers that halves the hours. Keep it as a plan and see later what came true.",
        "How to remove them, or what the removal costs.",
        "golden-paths",
    ),
)
ADOPTION = (
    Entry(
        "monthly_active_teams",
        "Monthly active teams",
        "Teams that ran at least one training on the platform in a calendar month.",
        "A fall of two months running. It shows an adoption failure a quarter before anybody complains.",
        "Whether they are content. Teams without a choice are active too.",
        "leading-indicators",
    ),
    Entry(
        "new_project_share",
        "New projects on the platform",
        "Of the model projects that began in a month, the share that began on the platform.",
        "A share that falls while active teams hold: existing teams stay, and new ones go around.",
        "The worth of a project. Small trials and large systems count the same.",
        "leading-indicators",
    ),
    Entry(
        "coverage",
        "Coverage",
        "Of the use cases that the platform supports, the share that runs on it.",
        "Supported and still elsewhere: something keeps them away that is not a missing feature.",
        "Anything of use cases that are not supported. They are counted apart, as gaps.",
        "interfaces-before-tools",
    ),
    Entry(
        "escape_hatch_gaps",
        "Escape-hatch gaps",
        "Use cases that the platform does not support.",
        "Whether each has a documented way around that keeps registry and monitoring. Without one it grows unseen.",
        "That all should be supported. Some are cheaper outside for ever.",
        "golden-paths",
    ),
    Entry(
        "first_run",
        "Time to the first successful run",
        "Minutes from a team's first training run to the first that succeeded. The target is 30.",
        "Every team above it. What stopped them will stop the next team at the same place.",
        "How long they prepared before the first try.",
        "golden-paths",
    ),
    Entry(
        "velocity",
        "Weeks to release",
        "How long each capability took from its start to its release, and the median of each year.",
        "A newest year at twice the first or more: the feature tax, which grows while adoption still looks well.",
        "Size. Later capabilities may be larger; look at which they were before you conclude.",
        "feature-tax",
    ),
    Entry(
        "showstoppers",
        "What would make teams switch",
        "Answers to one question, asked of teams that stay away, counted over the quarter.",
        "The most common one. One showstopper removed moves more teams than five improvements.",
        "That teams will come once it is gone. Ask again afterwards.",
        "why-platforms-fail",
    ),
    Entry(
        "diagnosis",
        "Diagnosis",
        "Whether the figures speak of an adoption failure, a bottleneck, or complexity that came too early.",
        "The one that is seen. Each has another remedy, and the wrong one makes the others worse.",
        "More than its figures. Where one is not reported, the answer is unknown, not no.",
        "why-platforms-fail",
    ),
)
REGISTRY = (
    Entry(
        "gate",
        "Gate",
        "Whether serving would compute every feature as this version was trained on it. The answer and what it saw "
        "are kept.",
        "BLOCKED: choose one of the ways out that stand below it. Each is on record.",
        "Whether the model is good. Evaluation policies ask that, and fairness is another question again.",
        "skew",
    ),
    Entry(
        "pin",
        "Pin",
        "Serving goes on computing this feature at the version that the model was trained on.",
        "Pins that grow old. A pin buys time for a retraining; it does not replace one.",
        "That the newer definition is wrong. Both can be right for different models.",
        "skew",
    ),
    Entry(
        "override",
        "Override",
        "A person asked to pass a closed gate, another one agreed, for exactly the conflicts they saw, until a day.",
        "Overrides that are asked for again and again for one cause. The cause wants work, or the rule does.",
        "That the conflict is gone. It is accepted, for a time, by name.",
        "interfaces-before-tools",
    ),
    Entry(
        "parity_share",
        "Rows that differ",
        "Over the same rows, how many get another value from the second definition. A null on one side only counts.",
        "Anything above the limit of the feature, which is zero unless you set another.",
        "How much it matters to a model. One row in a thousand can be the thousandth that decides.",
        "skew",
    ),
    Entry(
        "psi",
        "PSI",
        "How far a column's shares per bin moved. Customary marks: 0.1 look at it, 0.25 act.",
        "A rise against the column's own history rather than the customary mark.",
        "Which rows changed. Rows can change by the thousand while the shares stay.",
        "skew",
    ),
    Entry(
        "ks",
        "KS",
        "The largest gap between the two cumulative distributions, 0 to 1. Its p-value is shown and never decides.",
        "The gap itself. With enough rows every p-value is tiny, and an alarm at each means none at any.",
        "Anything of the tails, where it is weakest, nor of nulls.",
        "skew",
    ),
    Entry(
        "wasserstein",
        "Wasserstein distance",
        "How far values would have to be moved to turn one distribution into the other, in standard deviations of the "
        "reference.",
        "Values above the limit, here 0.1 unless set or calibrated. It grows with how far things moved, not only how "
        "many.",
        "The shape of the change. A shift of all and a few far outliers can read the same.",
        "skew",
    ),
    Entry(
        "jensen_shannon",
        "Jensen-Shannon distance",
        "How unlike two sets of shares are, 0 for the same, 1 for nothing in common; for categories and bins.",
        "A new category with a real share, which lifts it at once.",
        "Order. To it, 3 is as far from 4 as from 400.",
        "skew",
    ),
    Entry(
        "drift_limit",
        "Limit of a column",
        "From which value on a column counts as drifted: fixed, or calibrated from the column's own windows.",
        "The false alarms to expect each week, shown beside it. More than anybody will look at is a limit too low.",
        "That drift harms. A model may not care; labels and its own metric say so.",
        "leading-indicators",
    ),
    Entry(
        "fairness",
        "Fairness by group",
        "How the rates of a decision differ between groups, and whether a policy's limits hold for each.",
        "A figure beyond its limit. It closes the way to production whatever all other results say.",
        "Which kind of fairness is due. They exclude one another; law and purpose choose, and the policy records it.",
        "interfaces-before-tools",
    ),
    Entry(
        "audit_chain",
        "Audit chain",
        "Every change of state, each event chained to the one before, so that an edit, a gap or a cut shows.",
        "A first broken event, at once, and with somebody who was not near the database.",
        "That what was recorded was right. It proves that nobody rewrote it.",
        "interfaces-before-tools",
    ),
)
SECTIONS = (("Health", HEALTH), ("Tickets", TICKETS), ("Adoption", ADOPTION), ("Registry and checks", REGISTRY))
ENTRIES = {entry.key: entry for _, entries in SECTIONS for entry in entries}
