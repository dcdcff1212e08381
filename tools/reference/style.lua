-- How the reference looks: one style for its own pages and for LDoc's, light and dark, for a phone and a desktop.
return [==[
:root {
  color-scheme: light dark;
  --page: #f6f7f9;
  --card: #ffffff;
  --raised: #eef1f5;
  --line: #dde2e9;
  --text: #17202b;
  --muted: #5b6776;
  --accent: #b5400c;
  --focus: #2563eb;
  --code: #7a2d05;
}

@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1319;
    --card: #171d26;
    --raised: #1f2732;
    --line: #2a3340;
    --text: #e6eaf0;
    --muted: #9aa6b5;
    --accent: #ff9a6b;
    --focus: #7aa7ff;
    --code: #ffc29f;
  }
}

* { box-sizing: border-box; }

html { scroll-padding-top: 72px; }

body {
  margin: 0;
  background: var(--page);
  color: var(--text);
  font: 16px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  overflow-wrap: anywhere;
}

a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 2px; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 4px; }

code, pre, .mono {
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: .875em;
}

code { color: var(--code); }
a code, pre code { color: inherit; }

pre {
  background: var(--raised);
  border: 1px solid var(--line);
  border-radius: 8px;
  padding: 14px 16px;
  overflow-x: auto;
  overflow-wrap: normal;
  line-height: 1.5;
}

.top {
  position: sticky;
  top: 0;
  z-index: 1;
  background: var(--card);
  border-bottom: 1px solid var(--line);
}

.top nav, main { max-width: 1040px; margin: 0 auto; padding: 0 20px; }
.top nav { display: flex; flex-wrap: wrap; gap: 2px 20px; align-items: baseline; }
.top nav { padding-top: 12px; padding-bottom: 12px; }
.top a { color: var(--muted); text-decoration: none; font-size: 15px; }
.top a:hover, .top a[aria-current] { color: var(--text); }
.top .brand { color: var(--text); font-weight: 650; margin-right: auto; }

main { padding-top: 20px; padding-bottom: 64px; }
h1 { font-size: 1.7em; line-height: 1.25; letter-spacing: -.015em; margin: .5em 0 .3em; }
h2 { font-size: 1.25em; margin: 2em 0 .6em; letter-spacing: -.01em; }
h3 { font-size: 1.05em; margin: 1.6em 0 .4em; }
h2 a, h3 a { color: inherit; }

.muted, .crumbs { color: var(--muted); }
.crumbs { font-size: 15px; }
.lead { font-size: 1.1em; }
.beware { border-left: 3px solid var(--accent); padding: 2px 0 2px 14px; margin: 14px 0; }

table { width: 100%; border-collapse: collapse; }
table, .list { background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
th, td { text-align: left; vertical-align: top; padding: 9px 12px; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--muted); font-weight: 500; font-size: 14px; }
tbody th { font-weight: 600; }
table { overflow-wrap: break-word; }
td:first-child { min-width: 7em; }
td p { margin: 0; }
td .limits { color: var(--muted); font-size: 14px; }
td .limits span + span::before { content: " · "; }
.aws { display: block; color: var(--muted); font-weight: 400; font-size: 13px; }
.needed { font-size: 12px; font-weight: 600; color: var(--accent); white-space: nowrap; }
summary { cursor: pointer; }
summary + * { margin-left: 1em; }

.guide { display: grid; grid-template-columns: 220px minmax(0, 1fr); gap: 36px; }
.guides { position: sticky; top: 64px; align-self: start; max-height: calc(100vh - 80px); overflow-y: auto; }
.guides details { display: none; }
.guides p { color: var(--muted); font-size: 13px; font-weight: 600; margin: 16px 0 4px; }
.guides ul { list-style: none; margin: 0; padding: 0; font-size: 15px; }
.guides a { display: block; padding: 3px 10px; border-radius: 6px; color: var(--text); text-decoration: none; }
.guides ul ul { border-left: 1px solid var(--line); margin: 2px 0 6px 10px; font-size: 14px; }
.guides ul ul a { color: var(--muted); }
.guides a:hover { background: var(--raised); }
.guides a[aria-current] { background: var(--raised); color: var(--accent); font-weight: 600; }
.pager { display: flex; justify-content: space-between; gap: 16px; margin-top: 48px; }
.pager a[rel=prev]::before { content: "← "; }
.pager a[rel=next]::after { content: " →"; }
.doors { display: flex; flex-wrap: wrap; gap: 12px; }
.doors a {
  padding: 8px 16px;
  border: 1px solid var(--line);
  border-radius: 8px;
  background: var(--card);
  font-weight: 600;
  text-decoration: none;
}
img { max-width: 100%; height: auto; border-radius: 8px; }

.filter { position: sticky; top: 50px; background: var(--page); padding: 10px 0; }
.filter input {
  width: 100%;
  font: inherit;
  color: inherit;
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: 10px;
  padding: 11px 14px;
}

.list { list-style: none; margin: 0; padding: 0; }
.list li { padding: 9px 14px; border-top: 1px solid var(--line); }
.list li:first-child { border-top: 0; }
.list a { font-weight: 600; text-decoration: none; }
.list a:hover { text-decoration: underline; }
.list p { margin: 0; }
[hidden] { display: none !important; }

@media (max-width: 720px) {
  .guide { display: block; }
  .guides { position: static; max-height: none; }
  .guides details { display: block; }
  .guides .wide { display: none; }
  .top nav, main { padding-left: 14px; padding-right: 14px; }
  thead { display: none; }
  table, tbody, tr, td, tbody th { display: block; width: auto; }
  tbody tr { padding: 10px 12px; border-top: 1px solid var(--line); }
  tbody tr:first-child { border-top: 0; }
  td, tbody th { border: 0; padding: 1px 0; overflow-wrap: anywhere; }
}
]==]
