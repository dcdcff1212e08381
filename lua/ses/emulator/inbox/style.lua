--- The inbox's style sheet.
-- @module ses.emulator.inbox.style
return [==[
:root {
  color-scheme: light dark;
  --page: #f5f6f8;
  --card: #ffffff;
  --raised: #f0f2f5;
  --line: #e1e5ea;
  --strong-line: #c9d0d9;
  --field-line: #7f8996;
  --text: #18212d;
  --muted: #5a6675;
  --accent: #b83a0a;
  --focus: #2563eb;
  --shadow: 0 1px 2px rgb(16 24 40 / 6%);
  --good: #11703b;
  --good-bg: #e3f5ea;
  --held: #5b5f00;
  --held-bg: #f5f1cf;
  --spam: #6d28a8;
  --spam-bg: #f1e6fb;
  --bad: #b01c2e;
  --bad-bg: #fde6e8;
  --broken: #9a4a00;
  --broken-bg: #fdebd8;
}

@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1319;
    --card: #171d26;
    --raised: #1f2732;
    --line: #2a3340;
    --strong-line: #3d4857;
    --field-line: #6d7989;
    --text: #e6eaf0;
    --muted: #9aa6b5;
    --accent: #ff8a57;
    --focus: #7aa7ff;
    --shadow: none;
    --good: #7fdca3;
    --good-bg: #12351f;
    --held: #dcd56b;
    --held-bg: #34320f;
    --spam: #d3a6f7;
    --spam-bg: #331b49;
    --bad: #ff9aa5;
    --bad-bg: #431a20;
    --broken: #ffb877;
    --broken-bg: #42280f;
  }
}

* {
  box-sizing: border-box;
}

/* What is reached by the keyboard does not hide under the header. */
html {
  scroll-padding: 74px 0 16px;
}

body {
  margin: 0;
  background: var(--page);
  color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  -webkit-font-smoothing: antialiased;
}

a {
  color: inherit;
}

code, pre {
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: 13px;
}

:focus-visible {
  outline: 2px solid var(--focus);
  outline-offset: 2px;
  border-radius: 6px;
}

.wrap {
  max-width: 1120px;
  margin: 0 auto;
  padding: 0 24px;
}

.hidden {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}

.skip {
  position: absolute;
  left: -999px;
}

.skip:focus {
  left: 16px;
  top: 12px;
  z-index: 3;
  background: var(--card);
  padding: 8px 12px;
}

.top {
  position: sticky;
  top: 0;
  z-index: 2;
  background: var(--card);
  border-bottom: 1px solid var(--line);
}

.top .wrap {
  display: flex;
  align-items: center;
  gap: 6px 16px;
  min-height: 58px;
  flex-wrap: wrap;
}

.brand {
  display: flex;
  align-items: center;
  gap: 10px;
  font-weight: 650;
  font-size: 16px;
  text-decoration: none;
  letter-spacing: -.01em;
}

.brand svg {
  width: 28px;
  height: 28px;
}

.brand rect {
  fill: #c2410c;
}

.brand path {
  fill: none;
  stroke: #fff;
  stroke-width: 2;
  stroke-linejoin: round;
}

.mode {
  font-size: 12px;
  font-weight: 600;
  padding: 2px 9px;
  border-radius: 99px;
  background: var(--raised);
  color: var(--muted);
}

.mode-sandbox {
  background: var(--held-bg);
  color: var(--held);
}

.endpoint {
  margin-left: auto;
  color: var(--muted);
  font-size: 13px;
  white-space: nowrap;
}

.endpoint code {
  color: var(--text);
  background: var(--raised);
  padding: 3px 8px;
  border-radius: 6px;
  user-select: all;
}

.quota {
  color: var(--muted);
  font-size: 13px;
  white-space: nowrap;
  font-variant-numeric: tabular-nums;
}

.quota b {
  color: var(--text);
  font-weight: 600;
}

.dot {
  color: var(--strong-line);
  padding: 0 2px;
}

main {
  padding-top: 24px !important;
  padding-bottom: 56px !important;
}

.search {
  display: flex;
  align-items: center;
  gap: 10px;
  background: var(--card);
  border: 1px solid var(--field-line);
  border-radius: 12px;
  padding: 0 14px;
  box-shadow: var(--shadow);
}

.search:focus-within {
  border-color: var(--focus);
  box-shadow: 0 0 0 3px color-mix(in srgb, var(--focus) 18%, transparent);
}

.search svg {
  width: 18px;
  height: 18px;
  flex: none;
  fill: none;
  stroke: var(--muted);
  stroke-width: 1.8;
  stroke-linecap: round;
}

.search input[type=search] {
  flex: 1;
  min-width: 0;
  border: 0;
  outline: 0;
  background: none;
  color: inherit;
  font: inherit;
  padding: 12px 0;
  text-overflow: ellipsis;
}

.search input::placeholder {
  color: var(--muted);
  opacity: 1;
}

.live {
  display: inline-flex;
  align-items: center;
  gap: 7px;
  font-size: 13px;
  color: var(--muted);
  white-space: nowrap;
}

.live::before {
  content: "";
  width: 8px;
  height: 8px;
  border-radius: 50%;
  background: var(--strong-line);
}

.live[data-state=on]::before {
  background: #22a45a;
  box-shadow: 0 0 0 3px color-mix(in srgb, #22a45a 22%, transparent);
}

.live[data-state=off]::before {
  background: #d33545;
}

.filters {
  display: flex;
  flex-wrap: wrap;
  gap: 8px;
  margin: 16px 0;
}

.filter {
  display: inline-flex;
  gap: 8px;
  align-items: center;
  padding: 5px 12px;
  border: 1px solid var(--line);
  border-radius: 99px;
  background: var(--card);
  color: var(--muted);
  text-decoration: none;
  font-size: 13px;
}

.filter b {
  font-weight: 600;
  color: var(--text);
  font-variant-numeric: tabular-nums;
}

.filter:hover {
  border-color: var(--strong-line);
  color: var(--text);
}

.filter[aria-current] {
  background: var(--text);
  border-color: var(--text);
  color: var(--card);
}

.filter[aria-current] b {
  color: inherit;
}

.messages {
  list-style: none;
  margin: 0;
  padding: 0;
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: 12px;
  overflow: hidden;
  box-shadow: var(--shadow);
}

.messages li + li {
  border-top: 1px solid var(--line);
}

.messages a {
  display: grid;
  grid-template-columns: 148px minmax(150px, 325px) minmax(0, 1fr) auto;
  gap: 16px;
  align-items: center;
  min-height: 62px;
  padding: 9px 18px;
  text-decoration: none;
}

.messages a:hover {
  background: var(--raised);
}

.messages a:focus-visible {
  outline-offset: -2px;
}

.cell {
  min-width: 0;
  padding-left: 2px;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.to {
  line-height: 1.35;
}

.name {
  font-weight: 600;
}

.email {
  display: block;
  overflow: hidden;
  text-overflow: ellipsis;
  color: var(--muted);
  font-size: 13px;
}

/* One line of tags, each of them whole where it can be. */
.tags {
  display: flex;
  flex-wrap: wrap;
  gap: 6px;
  height: 20px;
  margin-top: 3px;
  overflow: hidden;
}

.tags .tag {
  max-width: 100%;
  height: 20px;
  overflow: hidden;
  text-overflow: ellipsis;
}

.more {
  margin-left: 6px;
  font-weight: 500;
  font-size: 12px;
  color: var(--muted);
}

.subject {
  line-height: 1.35;
}

.subject .text {
  display: block;
  overflow: hidden;
  text-align: left;
  text-overflow: ellipsis;
}

.subject .none {
  color: var(--muted);
}

.time {
  color: var(--muted);
  font-size: 13px;
  font-variant-numeric: tabular-nums;
  text-align: right;
}

.tag {
  flex: none;
  font-size: 12px;
  color: var(--muted);
  background: var(--raised);
  border-radius: 5px;
  padding: 1px 7px;
}

.messages a:hover .tag {
  background: var(--card);
}

.chip {
  display: inline-flex;
  align-items: center;
  gap: 6px;
  font-size: 12px;
  font-weight: 600;
  padding: 2px 10px 2px 8px;
  border-radius: 99px;
  white-space: nowrap;
}

.chip::before {
  content: "";
  width: 6px;
  height: 6px;
  border-radius: 50%;
  background: currentColor;
}

.chip-delivered {
  color: var(--good);
  background: var(--good-bg);
}

.chip-suppressed {
  color: var(--held);
  background: var(--held-bg);
}

.chip-complained {
  color: var(--spam);
  background: var(--spam-bg);
}

.chip-bounced {
  color: var(--bad);
  background: var(--bad-bg);
}

.chip-rendering_failure {
  color: var(--broken);
  background: var(--broken-bg);
}

.paging {
  display: flex;
  align-items: center;
  gap: 8px;
  margin-top: 14px;
  color: var(--muted);
  font-size: 13px;
  font-variant-numeric: tabular-nums;
}

.paging span:first-child {
  margin-right: auto;
}

.turn {
  padding: 6px 14px;
  border: 1px solid var(--line);
  border-radius: 8px;
  background: var(--card);
  text-decoration: none;
  color: var(--text);
  font-size: 13px;
}

.turn[href]:hover {
  border-color: var(--strong-line);
}

.turn[aria-disabled] {
  opacity: .45;
}

.empty {
  text-align: center;
  color: var(--muted);
  padding: 56px 24px;
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: 12px;
}

.empty h1, .empty h2 {
  margin: 8px 0 4px;
  font-size: 18px;
  color: var(--text);
}

.empty p {
  margin: 0;
}

.empty svg {
  width: 56px;
  fill: none;
  stroke: var(--strong-line);
  stroke-width: 2.5;
  stroke-linejoin: round;
}

.empty pre {
  display: inline-block;
  text-align: left;
  margin: 24px 0 0;
  padding: 16px 20px;
  background: var(--raised);
  color: var(--text);
  border-radius: 10px;
  overflow-x: auto;
  max-width: 100%;
}

.body .empty {
  border: 0;
}

.crumbs {
  display: flex;
  align-items: center;
  justify-content: space-between;
  margin-bottom: 16px;
}

.crumbs > a {
  text-decoration: none;
  color: var(--muted);
  font-size: 14px;
  padding: 4px 2px;
}

.crumbs > a:hover {
  color: var(--text);
}

.steps {
  display: flex;
  gap: 8px;
}

.card {
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: 12px;
  box-shadow: var(--shadow);
  overflow: hidden;
}

.head {
  padding: 22px 26px 18px;
}

.title {
  display: flex;
  align-items: flex-start;
  gap: 14px;
  justify-content: space-between;
}

.title h1 {
  margin: 0;
  font-size: 21px;
  line-height: 1.3;
  letter-spacing: -.015em;
  text-align: left;
  overflow-wrap: anywhere;
}

.title .chip {
  margin-top: 3px;
}

.notice {
  margin: 14px 0 0;
  padding: 9px 14px;
  border-radius: 8px;
  font-size: 14px;
  background: var(--raised);
  overflow-wrap: anywhere;
}

.notice-bounced {
  background: var(--bad-bg);
  color: var(--bad);
}

.notice-complained {
  background: var(--spam-bg);
  color: var(--spam);
}

.notice-suppressed {
  background: var(--held-bg);
  color: var(--held);
}

.notice-rendering_failure {
  background: var(--broken-bg);
  color: var(--broken);
}

dl {
  margin: 16px 0 0;
  display: grid;
  gap: 5px;
  font-size: 14px;
}

dl div {
  display: grid;
  grid-template-columns: 130px minmax(0, 1fr);
  gap: 12px;
}

dt {
  color: var(--muted);
}

dd {
  margin: 0;
  overflow-wrap: anywhere;
}

dd .tag {
  display: inline-block;
}

.person {
  display: inline-block;
  margin-right: 14px;
}

.id {
  font-size: 12.5px;
  user-select: all;
}

.tabs {
  display: flex;
  align-items: center;
  gap: 4px;
  padding: 0 20px;
  border-top: 1px solid var(--line);
  border-bottom: 1px solid var(--line);
  background: var(--raised);
}

.tab {
  padding: 11px 12px 9px;
  text-decoration: none;
  color: var(--muted);
  font-size: 14px;
  border-bottom: 2px solid transparent;
}

.tab:hover {
  color: var(--text);
}

.tab[aria-current] {
  color: var(--text);
  font-weight: 600;
  border-bottom-color: var(--accent);
}

.download {
  margin-left: auto;
  font-size: 13px;
  color: var(--muted);
  text-decoration: none;
  padding: 8px;
}

.download:hover {
  color: var(--text);
  text-decoration: underline;
}

.mail {
  display: block;
  width: 100%;
  height: max(420px, calc(100vh - 420px));
  border: 0;
  background: #fff;
  color-scheme: light;
}

.hint {
  margin: 0;
  padding: 8px 26px;
  font-size: 12.5px;
  color: var(--muted);
  border-top: 1px solid var(--line);
}

.plain, .source {
  margin: 0;
  text-align: start;
  padding: 22px 26px;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
  line-height: 1.6;
  min-height: 260px;
}

.source {
  font-size: 12.5px;
}

.headers {
  width: 100%;
  border-collapse: collapse;
  font-size: 14px;
}

.headers th {
  text-align: left;
  vertical-align: top;
  font-weight: 500;
  color: var(--muted);
  padding: 8px 12px 8px 26px;
  width: 220px;
  white-space: nowrap;
}

.headers td {
  padding: 8px 26px 8px 0;
  overflow-wrap: anywhere;
}

.headers tr + tr {
  border-top: 1px solid var(--line);
}

.attachments {
  border-top: 1px solid var(--line);
  padding: 16px 26px 20px;
}

.attachments h2 {
  font-size: 14px;
  margin: 0 0 8px;
}

.attachments ul {
  list-style: none;
  margin: 0;
  padding: 0;
  display: grid;
  gap: 6px;
  font-size: 14px;
}

.attachments span {
  color: var(--muted);
}

@media (max-width: 760px) {
  .wrap {
    padding: 0 14px;
  }

  .top .wrap {
    padding-top: 10px;
    padding-bottom: 10px;
  }

  .endpoint {
    margin-left: 0;
  }

  .endpoint {
    min-width: 0;
    padding: 2px 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }

  /* That all is well need not be said where there is little room. */
  .endpoint .label, .live[data-state=on], .live:not([data-state]) {
    display: none;
  }

  .top {
    position: static;
  }

  html {
    scroll-padding-top: 16px;
  }

  .empty {
    padding: 32px 14px;
  }

  .title {
    flex-direction: column;
    gap: 8px;
  }

  .title .chip {
    margin-top: 0;
  }

  .tabs {
    flex-wrap: wrap;
    padding: 0 6px;
    gap: 0;
  }

  .tab, .download {
    padding-left: 8px;
    padding-right: 8px;
    font-size: 13px;
  }

  .plain, .source, .attachments, .hint {
    padding-left: 18px;
    padding-right: 18px;
  }

  .messages a {
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 2px 12px;
    padding: 12px 14px;
  }

  .time {
    align-self: start;
  }

  .subject {
    grid-column: 1 / -1;
    grid-row: 2;
    color: var(--muted);
  }

  .status {
    grid-column: 1 / -1;
    grid-row: 3;
    margin-top: 4px;
  }

  .head {
    padding: 18px;
  }

  dl div {
    grid-template-columns: 1fr;
    gap: 0;
  }

  .headers th {
    padding-left: 18px;
    width: 110px;
    white-space: normal;
  }
}

@media (prefers-reduced-motion: no-preference) {
  .messages a, .filter, .turn, .tab {
    transition: background-color .12s, border-color .12s, color .12s;
  }
}
]==]
