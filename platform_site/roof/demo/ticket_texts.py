"""What teams write to a platform team, as patterns with gaps: titles and bodies by type of ticket."""

from __future__ import annotations

GAPS = {
    "person": ("Maria", "Jonas", "Aiko", "Samuel", "Priya", "Noor", "Tomas", "Elif", "our new hire", "two interns"),
    "project": ("churn", "demand", "basket", "risk score", "ranking", "eta", "returns", "pricing", "uplift", "vision"),
    "resource": ("GPU", "CPU", "storage", "notebook", "high-memory", "A100", "preemptible node"),
    "system": ("model registry", "feature store", "artifact bucket", "training cluster", "experiment tracker",
               "staging cluster", "label store", "batch scheduler", "serving dashboard"),
    "step": ("nightly training", "backfill", "batch scoring", "evaluation", "feature build", "image build", "deploy"),
    "tool": ("Spark", "PyTorch", "XGBoost", "Ray", "ONNX", "LightGBM", "Polars", "a Go client", "R"),
    "place": ("eu-west", "us-east", "the on-prem cluster", "the edge devices", "the sandbox"),
    "amount": ("2", "4", "8", "16", "20", "40"),
    "code": ("137", "403", "500", "502", "1", "OOM"),
    "when": ("since this morning", "after the last upgrade", "every second night", "twice this week", "on Mondays",
             "since the migration", "again"),
}  # fmt: skip

TITLES = {
    "access": (
        "Please add {person} to the {project} workspace", "{person} cannot open the {system}, needs membership",
        "Raise {resource} quota for {project} to {amount}", "New namespace for the {project} project",
        "Read rights on the {system} for {person}", "Grant service account of {project} write on {system}",
        "Onboard {person}: {system} and {system}", "{resource} limit of {amount} is too low for {project}",
        "Rotate credentials of the {project} service account", "Remove {person} from {project}, left the team",
        "Permission denied on {system} for {person}", "Request: {amount} more {resource} slots for {project}",
        "Role change for {person} in {project}", "Token for {project} expired, please issue a new one",
    ),
    "how_to": (
        "How do I schedule {step} for {project}?", "Where can I see the logs of {step}?",
        "What is the recommended way to run {tool} in {step}?", "Question about pinning versions in {step}",
        "Example notebook for {tool} on the {system}?", "Which base image fits {tool}?",
        "How to read features of {project} from the {system}", "Not clear from the docs: rollback of {project}",
        "Can somebody explain the stages of the {system}?", "Best practice for splitting {project} data by time?",
        "Is there a guide for moving {step} to {place}?", "Does {step} retry by itself, and when?",
        "How many {resource} nodes should {step} ask for?", "Looking for a template for {tool} projects",
    ),
    "feature_request": (
        "Support for {tool} in {step}", "Custom container for {step} of {project}",
        "We would like to serve {project} from {place}", "Please allow {tool} models in the {system}",
        "Streaming input for {project} instead of {step}", "Multi-region serving of {project}: {place} as well",
        "{project} needs a scheduler hook that is not offered", "Feature request: shadow traffic for {project}",
        "Enable {tool} plugin for the {system}", "Non-standard: {project} wants its own {step} engine",
        "Export of {system} entries to {place}", "Let {step} run longer than {amount} hours for {project}",
        "Per-tenant models for {project} on the {system}", "Webhooks from the {system} into {tool}",
    ),
    "bug": (
        "{step} fails with exit code {code}", "{step} of {project} stuck {when}",
        "{system} answers {code} {when}", "{project} predictions empty {when}",
        "Timeout in {step} for {project}", "Wrong metric shown in the {system} {when}",
        "{step} of {project} crashed: {code}", "Duplicate rows from {step} {when}",
        "{system} shows the old version of {project} {when}", "Pod of {project} is killed {when} ({code})",
        "Features of {project} are null {when}", "{tool} import error in {step} {when}",
        "Deploy of {project} hangs at {amount} percent", "{step} runs {amount} times slower {when}",
    ),
    "other": (
        "Thank you for the help with {project}", "Cost report of {project} for finance",
        "Office hours moved to another day?", "Heads-up: {project} freezes releases next week",
        "Contact for {project} changed to {person}", "Please review our plan for {project}",
        "Feedback on the {system} survey", "Invoice split for {place}", "Meeting notes: {project} and platform",
        "Announcement: {project} is retired", "Who owns the budget of {project}?", "Slides for the {project} demo day",
    ),
}  # fmt: skip

BODIES = {
    "access": (
        "{person} joined {project} and is blocked until this is done. Manager approved.",
        "We hit the ceiling when {step} starts; {amount} would be enough for the quarter.",
        "The console says the account is not a member. Same rights as the rest of the team, please.",
        "Needed for {project} only, write on the bucket and read on the {system}.",
        "Approved by our lead. Please tell us when it is active.",
    ),
    "how_to": (
        "I read the page about {step}, but it stops before the interesting part. A runnable example would help.",
        "We are new to {tool} and want to do it the way you recommend.",
        "Is there a template? Happy to write it up afterwards.",
        "We tried the {system} page and two old notebooks; they disagree.",
        "What would you do in our place, {step} daily or hourly?",
    ),
    "feature_request": (
        "The standard path does not cover this: {project} runs in {place} and depends on {tool}.",
        "Today we work around it with a script of our own, which nobody wants to keep.",
        "Two other teams asked for the same. We could test an early version.",
        "Without it {project} stays outside the platform.",
        "It would save us about {amount} hours a month.",
    ),
    "bug": (
        "Nothing changed on our side. Log attached; the trace ends in the {system} client with {code}.",
        "Restarting helps for an hour, then it is back. Production of {project} is affected.",
        "Seen {when}. Expected {step} to end in twenty minutes, it never returns.",
        "Works with yesterday's image, broken with today's.",
        "The run is red, although the data is there. Happens on {place} only.",
    ),
    "other": (
        "For your information, no action needed.",
        "Could you forward this to whoever is responsible?",
        "Just so that it is written down somewhere. Regards from {project}.",
        "See the attachment; we can talk about it at the next sync.",
        "",
    ),
}  # fmt: skip

# What people write in a hurry: the title says little, sometimes the body says more.
HURRIED = (
    "{project}: {step}", "Help with the {system}", "Question about {project}", "{system}", "{tool} and {project}",
    "Urgent: {project}", "{step} for {project}, see below", "Follow-up on {system}",
)  # fmt: skip
PASSED_ON = ("See thread.", "", "As discussed in the call with {person}.", "Please have a look, details in the chat.")
