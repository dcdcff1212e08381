--- The style sheet of a campaign's report.
-- @module ses.campaign.page.style
return [[
:root {
  color-scheme: light dark;
  --page: #ffffff;
  --text: #1d2530;
  --muted: #5d6875;
  --line: #e2e6eb;
  --sent: #2f7397;
  --failed: #b4402f;
  --doubt: #c58a17;
  --suppressed: #8b95a3;
  --left: #d5dbe2;
  --pause: #eef1f4;
  --limit: #1d2530;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #13181f;
    --text: #e4e8ed;
    --muted: #98a3b0;
    --line: #2a323d;
    --sent: #5aa3c8;
    --failed: #e0705e;
    --doubt: #dcab45;
    --suppressed: #7c8795;
    --left: #39434f;
    --pause: #1f2731;
    --limit: #e4e8ed;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto;
  max-width: 58rem;
  padding: 3rem 1.5rem 4rem;
  background: var(--page);
  color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums;
}
h1 { margin: 0; font-size: 2rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 0 0 1rem; font-size: 1.15rem; }
p { margin: 0 0 1rem; max-width: 44rem; }
.when { margin: .35rem 0 1.75rem; color: var(--muted); }
.lead { font-size: 1.2rem; line-height: 1.45; }
.muted, figcaption, footer { color: var(--muted); font-size: .9rem; }
section { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: 1.5rem; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1rem; overflow-wrap: anywhere; }
code { font: .9em ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }

.bar { display: block; border-radius: 3px; overflow: hidden; background: var(--pause); }
figure { margin: 0 0 .75rem; overflow-x: auto; }
.chart { display: block; width: 100%; min-width: 34rem; height: auto; }
.chart text { font-size: 13px; fill: var(--muted); text-anchor: middle; }
.chart .left { text-anchor: end; }
.axis { fill: none; stroke: var(--muted); stroke-width: 1; }
.grid { fill: none; stroke: var(--line); stroke-width: 1; }
.limit { fill: none; stroke: var(--limit); stroke-width: 1.5; stroke-dasharray: 5 4; }
.sent { fill: var(--sent); background: var(--sent); }
.failed { fill: var(--failed); background: var(--failed); }
.in_doubt { fill: var(--doubt); background: var(--doubt); }
.suppressed { fill: var(--suppressed); background: var(--suppressed); }
.pending { fill: var(--left); background: var(--left); }
.pause { fill: var(--pause); background: var(--pause); }
.key { display: inline-block; width: .75em; height: .75em; margin-right: .5em; border-radius: 2px; }
.dash { width: 1.4em; height: 0; border-top: 2px dashed var(--limit); border-radius: 0; vertical-align: .25em; }
.pause.key { border: 1px solid var(--line); }
.legend span + span { margin-left: 1.5em; }
.legend > span { white-space: nowrap; }

table { width: 100%; border-collapse: collapse; margin: .75rem 0; }
caption { text-align: left; color: var(--muted); font-size: .9rem; padding-bottom: .5rem; }
th, td { padding: .4rem .75rem .4rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { color: var(--muted); font-weight: 500; font-size: .9rem; }
tbody th { font-weight: 400; }
tbody th, td { overflow-wrap: break-word; }
tr > :last-child { padding-right: 0; }
.n { width: 7rem; text-align: right; white-space: nowrap; }
.code { width: 1%; white-space: nowrap; }
.at { white-space: nowrap; color: var(--muted); }
.wide { width: 32%; }
.wide .bar { min-width: 5rem; margin-top: 6px; }
.scroll { overflow-x: auto; }
details { margin-bottom: .75rem; }
summary { cursor: pointer; color: var(--muted); font-size: .9rem; }
summary:focus-visible { outline: 2px solid var(--sent); outline-offset: 2px; }
@media (max-width: 38rem) {
  body { padding: 1.5rem 1rem 3rem; }
  h1 { font-size: 1.6rem; }
  .lead { font-size: 1.05rem; }
  .wide { display: none; }
  table { font-size: .9rem; }
  th, td { padding-right: .5rem; }
  tbody th, td { overflow-wrap: anywhere; }
  .n { width: auto; overflow-wrap: normal; }
  .code, .at { width: auto; white-space: normal; }
  td.code, .code code { overflow-wrap: normal; }
  td.at, th.at { min-width: 5.5rem; overflow-wrap: normal; }
}
@media print {
  :root {
    color-scheme: light;
    --page: #ffffff; --text: #000000; --muted: #444444; --line: #cccccc; --sent: #2f7397; --failed: #b4402f;
    --doubt: #c58a17; --suppressed: #8b95a3; --left: #d5dbe2; --pause: #eef1f4; --limit: #000000;
  }
  body { max-width: none; padding: 0; font-size: 11pt; }
  figure, tr, .lead { break-inside: avoid; }
  h2 { break-after: avoid; }
  details:not([open]) { display: none; }
  .chart { min-width: 0; }
  svg, .key { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
]]
