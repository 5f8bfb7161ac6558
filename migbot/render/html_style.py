"""How a page looks: in light and in dark, on a phone, on a desk and on paper."""

from __future__ import annotations

PHONE = "44rem"
"""Below this width a table's rows become blocks."""

# The colours are GitHub's own; each has a contrast of 4.5 or more on its ground (WCAG 2.2, AA).
_LIGHT = """
--ground: #ffffff; --raised: #f6f8fa; --text: #1f2328; --dim: #59636e; --line: #d1d9e0;
--lane: #8c959f; --pass: #116329; --fail: #b3202c; --unknown: #7d4e00; --head: #0969da;
--mark: #ffe9a8;
"""
_DARK = """
--ground: #0d1117; --raised: #161b22; --text: #f0f6fc; --dim: #9ea7b3; --line: #3d444d;
--lane: #656c76; --pass: #56d364; --fail: #ff7b72; --unknown: #e3b341; --head: #58a6ff;
--mark: #5a4300;
"""

STYLE = f"""
:root {{color-scheme: light dark; {_LIGHT}}}
@media (prefers-color-scheme: dark) {{:root {{{_DARK}}}}}
* {{box-sizing: border-box}}
body {{margin: 0 auto; padding: 1rem; max-width: 72rem; background: var(--ground);
  color: var(--text); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere}}
h1, h2, h3, h4 {{line-height: 1.25; margin: 1.5em 0 .5em}}
h1 {{font-size: 1.5rem; margin: 0}} h2 {{font-size: 1.25rem}}
h2 {{border-bottom: 1px solid var(--line); padding-bottom: .25rem}}
h3 {{font-size: 1.0625rem}} h4 {{font-size: 1rem}}
p, ul, ol, dl {{margin: .5rem 0}}
code {{font: .875em/1.5 ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace;
  unicode-bidi: isolate}}
pre {{margin: .5rem 0; padding: .5rem .75rem; background: var(--raised); border-radius: .375rem;
  white-space: pre-wrap; border: 1px solid var(--line)}}
.command code {{user-select: all}}
a {{color: var(--head)}}
summary {{cursor: pointer; padding: .25rem 0}}
:focus-visible {{outline: 2px solid var(--head); outline-offset: 2px}}
.verdict {{padding: 1rem; border: 1px solid; border-left-width: .5rem; border-radius: .375rem}}
.verdict p {{color: var(--text); margin: .5rem 0 0}}
.pass {{color: var(--pass)}} .fail {{color: var(--fail)}} .unknown {{color: var(--unknown)}}
.dim {{color: var(--dim)}}
.tag {{font-weight: 600}} .short, thead th, td .tag {{white-space: nowrap}}
.way-out {{white-space: pre-wrap; margin: .25rem 0 0}}
.message, .said {{margin: 0}}
mark {{background: var(--mark); color: inherit}}
.plain {{list-style: none; padding: 0}}
.plain > li {{padding: .75rem 0; border-top: 1px solid var(--line)}}
.plain > li:first-child {{border-top: 0}}
dl > div {{display: grid; grid-template-columns: 9rem 1fr; gap: 0 1rem; padding: .125rem 0}}
dt {{color: var(--dim)}} dd {{margin: 0}}
article {{border: 1px solid var(--line); border-radius: .375rem; padding: 0 1rem .5rem;
  margin: 1rem 0}}
table {{border-collapse: collapse; width: 100%; margin: .5rem 0}}
caption, thead th {{text-align: left; color: var(--dim); font-weight: 400}}
th, td {{text-align: left; vertical-align: top; padding: .375rem .75rem .375rem 0;
  border-top: 1px solid var(--line); font-weight: 400}}
thead th {{border-top: 0}}
td ul {{margin: 0; padding-left: 1.125rem}}
td pre {{margin: 0; padding: 0; background: none; border: 0}}
td:empty::after {{content: "-"; color: var(--dim)}}
.history {{list-style: none; padding: 0; margin: .5rem 0}}
.history + details .history {{margin-top: 0}}
.history li {{display: flex; gap: .5rem; overflow: clip}}
.history li > span {{padding: 3px 0; line-height: 24px; flex: 1; min-width: 0}}
.history svg {{flex: none; overflow: visible}}
.history line, .history path {{stroke: var(--lane); stroke-width: 2; fill: none}}
.dot {{fill: var(--lane)}} .head {{fill: var(--head)}} .new {{fill: var(--pass)}}
.broken {{fill: var(--fail)}}
footer {{margin-top: 2rem; padding-top: .5rem; border-top: 1px solid var(--line);
  color: var(--dim); font-size: .875rem}}
@media (max-width: {PHONE}) {{
  dl > div {{grid-template-columns: 1fr; padding: .25rem 0}}
  table, caption, tbody, tr, th, td {{display: block}}
  thead {{position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden}}
  tr {{border-top: 1px solid var(--line); padding: .5rem 0}}
  th, td {{border: 0; padding: .125rem 0}}
  td::before {{content: attr(data-heading) ": "; color: var(--dim)}}
  td:empty {{display: none}}
  td > ul, td > pre {{padding-left: 1rem}}
  article {{padding: 0 .75rem .5rem}}
}}
@media print {{
  body {{max-width: none; padding: 0}}
  article, tr, .history li {{break-inside: avoid}}
  h2, h3, h4, summary {{break-after: avoid}}
  details::details-content {{content-visibility: visible; height: auto}}
}}
"""
"""One style sheet; it loads nothing, and names no font that would have to be fetched."""
