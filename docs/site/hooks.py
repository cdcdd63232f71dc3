"""What the site of the documents has beside `docs/`: the README and CONTRIBUTING, with their links as the site has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PAGES = {"README.md": "story.md", "CONTRIBUTING.md": "contributing.md"}


def on_config(config: Any) -> Any:
    """List at the end what the navigation does not name yet, so that no document is forgotten."""
    folder = ROOT / "docs"
    named = str(config["nav"])
    missing = sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*.md") if f"'{path.relative_to(folder)}'" not in named
    )
    if missing:
        config["nav"] = [*config["nav"], {"More": [{Path(page).stem: page} for page in missing]}]
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add the two pages that lie outside of the folder of documents."""
    from mkdocs.structure.files import File

    for source, page in PAGES.items():
        text = (ROOT / source).read_text()
        content = text.replace("](docs/", "](").replace("](LICENSE)", "](https://www.apache.org/licenses/LICENSE-2.0)")
        for other, its_page in PAGES.items():
            content = content.replace(f"]({other}", f"]({its_page}")
        files.append(File.generated(config, page, content=content))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Lead the links that go out of the folder of documents to those pages."""
    for source, page in PAGES.items():
        markdown = markdown.replace(f"](../../{source}", f"](../{page}").replace(f"](../{source}", f"]({page}")
    return markdown
