"""Markdown as the plain text that a person would have written: lists as lists, links spelled out."""

from collections.abc import Sequence

from markdown_it.tree import SyntaxTreeNode

from registrar.web import markdown

BREAK = "* * *"


def of_markdown(prose: str) -> str:
    """Return the prose as plain text, paragraphs apart by an empty line."""
    return _blocks(SyntaxTreeNode(markdown.parse(prose)).children)


def _blocks(nodes: Sequence[SyntaxTreeNode], between: str = "\n\n") -> str:
    return between.join(text for node in nodes if (text := _block(node)))


def _block(node: SyntaxTreeNode) -> str:
    match node.type:
        case "paragraph" | "heading":
            return _paragraph(node.children[0].children) if node.children else ""
        case "bullet_list" | "ordered_list":
            return _list(node)
        case "blockquote":
            return _indented(_blocks(node.children), "> ", "> ")
        case "fence" | "code_block":
            return _indented(node.content.rstrip("\n"), "    ", "    ")
        case "table":
            return "\n".join(_row(row) for part in node.children for row in part.children)
        case "hr":
            return BREAK
    return _blocks(node.children)


def _list(node: SyntaxTreeNode) -> str:
    first = int(node.attrs.get("start", 1))
    is_tight = all(part.hidden for item in node.children for part in item.children if part.type == "paragraph")
    items = []
    for number, item in enumerate(node.children, first):
        mark = "- " if node.type == "bullet_list" else f"{number}. "
        items.append(_indented(_blocks(item.children, "\n" if is_tight else "\n\n"), mark, " " * len(mark)))
    return ("\n" if is_tight else "\n\n").join(items)


def _row(row: SyntaxTreeNode) -> str:
    return " | ".join(_inline(cell.children[0].children) if cell.children else "" for cell in row.children)


def _indented(text: str, first: str, others: str) -> str:
    lines = text.split("\n")
    return "\n".join((first if number == 0 else others) + line for number, line in enumerate(lines)).rstrip()


def _paragraph(nodes: Sequence[SyntaxTreeNode]) -> str:
    """Return a paragraph; one that is nothing but a link has its address on a line of its own."""
    if len(nodes) == 1 and nodes[0].type == "link":
        label, address = _link(nodes[0])
        return f"{label}:\n{address}" if label else address
    return _inline(nodes)


def _inline(nodes: Sequence[SyntaxTreeNode]) -> str:
    return "".join(map(_span, nodes))


def _span(node: SyntaxTreeNode) -> str:
    match node.type:
        case "text" | "code_inline":
            return node.content
        case "softbreak" | "hardbreak":
            return "\n"
        case "link":
            label, address = _link(node)
            return f"{label} <{address}>" if label else address
    return _inline(node.children)


def _link(node: SyntaxTreeNode) -> tuple[str, str]:
    """Return label and address of a link; no label where it says the address anyway."""
    label, address = _inline(node.children).strip(), str(node.attrs["href"]).removeprefix("mailto:")
    return ("" if label == address else label.rstrip(":")), address
