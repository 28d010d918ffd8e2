/**
 * The look of the HTML report. Colours are written out, since mail programs know no variables; nothing is fetched. A program that takes the
 * style away still shows headings, tables and lists in order.
 */
export const weeklyStyle = `
body { margin: 0; background: #f4f5f7; color: #1d232b; font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.25rem 1rem 2.5rem; }
header { background: #ffffff; border: 1px solid #dde1e6; border-left: 6px solid #7a8594; border-radius: 6px; padding: 1rem 1.25rem; }
header.bad { border-left-color: #c62f2f; }
header.doubt { border-left-color: #b57a00; }
header.good { border-left-color: #23824a; }
h1 { margin: 0 0 0.35rem; font-size: 1.3rem; line-height: 1.35; font-weight: 650; overflow-wrap: anywhere; }
header p { margin: 0; color: #56606d; }
section { background: #ffffff; border: 1px solid #dde1e6; border-radius: 6px; margin-top: 1rem; padding: 0.9rem 1.25rem 1rem; }
h2 { margin: 0 0 0.6rem; font-size: 1.05rem; font-weight: 650; overflow-wrap: anywhere; }
h3 { margin: 0 0 0.35rem; font-size: 0.98rem; font-weight: 600; overflow-wrap: anywhere; }
p { margin: 0.3rem 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 0.35rem 0.9rem 0.35rem 0; border-bottom: 1px solid #e8ebee; overflow-wrap: break-word; }
td.long, .facts td { overflow-wrap: anywhere; word-break: break-word; }
tbody tr:last-child td, .facts tr:last-child th, .facts tr:last-child td { border-bottom: 0; }
thead th { font-size: 0.8rem; font-weight: 600; color: #6a7480; border-bottom-color: #ccd2d9; white-space: nowrap; }
.right { text-align: right; }
.card { border-left: 4px solid #7a8594; padding: 0.1rem 0 0.1rem 0.9rem; margin: 0.9rem 0 0.4rem; }
.card.bad { border-left-color: #c62f2f; }
.card.doubt { border-left-color: #b57a00; }
.facts th { width: 5.5rem; font-weight: 500; color: #6a7480; border: 0; padding: 0.1rem 0.8rem 0.1rem 0; }
.facts td { border: 0; padding: 0.1rem 0; }
td.bad, p.bad, .card.bad h3 { color: #ab2222; }
td.doubt, p.doubt, .card.doubt h3 { color: #8a5b00; }
td.good { color: #1b6b3b; }
@media (max-width: 36rem) {
  main { padding: 0.5rem 0.4rem 1.5rem; }
  .wide table { min-width: 36rem; }
  header, section { padding: 0.75rem 0.8rem; }
  th, td { padding-right: 0.55rem; }
}
@media (prefers-color-scheme: dark) {
  body { background: #14181d; color: #dfe4ea; }
  header, section { background: #1c2229; border-color: #313a44; }
  header p, thead th, .facts th { color: #98a3b0; }
  th, td { border-bottom-color: #2b333c; }
  thead th { border-bottom-color: #3d4752; }
  header { border-left-color: #8b96a3; }
  header.bad, .card.bad { border-left-color: #f0655f; }
  header.doubt, .card.doubt { border-left-color: #e0a83a; }
  header.good { border-left-color: #4cc07c; }
  td.bad, p.bad, .card.bad h3 { color: #ff8f89; }
  td.doubt, p.doubt, .card.doubt h3 { color: #ecbd5e; }
  td.good { color: #6fd49a; }
}
`.trim();
