"""The style sheet and the script of report pages: one file each page, nothing from the network."""

from __future__ import annotations

# Chromium repeats no heading row on the next sheet that holds a button's box: printed, the box is left out.
STYLE = """
:root{--page:#f4f5f7;--card:#fff;--ink:#18212c;--soft:#5a6878;--line:#e2e6ec;--faint:#eef1f5;
--blue:#2f5fa8;--pale:#b9cbe8;--over:#c4541b;--cap:#b3261e;--bad:#b3261e;--good:#1d7a4c;--amber:#8a6100}
@media (prefers-color-scheme:dark){:root{--page:#11151a;--card:#191f27;--ink:#e7ebf1;--soft:#97a4b5;--line:#2b3440;
--faint:#222a34;--blue:#78a6ee;--pale:#3b5178;--over:#f0955a;--cap:#ff8a7f;--bad:#ff8a7f;--good:#6ccb9a;--amber:#e0b14f}}
*{box-sizing:border-box}
html{color-scheme:light dark;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans",sans-serif}
main{max-width:1240px;margin:0 auto;padding:40px 28px 56px}
h1{font-size:15px;font-weight:600;color:var(--soft);margin:0 0 10px}
.headline{font-size:clamp(20px,2.2vw,27px);line-height:1.3;font-weight:650;letter-spacing:-.012em;
margin:0 0 26px;max-width:40em;text-wrap:pretty}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:1px;margin:0 0 24px;
background:var(--card);border:1px solid var(--line);border-radius:10px;overflow:hidden}
.facts div{padding:14px 16px 15px;box-shadow:0 0 0 1px var(--line)}
dt{font-size:13px;color:var(--soft)}
dd{margin:0;font-size:21px;font-weight:600;letter-spacing:-.01em;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
dd small{display:block;font-size:12.5px;font-weight:400;letter-spacing:0;color:var(--soft)}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,430px),1fr));gap:20px;margin:0 0 20px}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:20px 22px;
margin:0 0 20px;min-width:0}
.charts section{margin:0}
.charts .wide{grid-column:1/-1}
h2{font-size:16px;font-weight:650;margin:0 0 14px;letter-spacing:-.005em}
.lead{margin:-8px 0 14px;color:var(--soft)}
.note{margin:12px 0 0;font-size:13px;color:var(--soft)}
svg.chart{display:block;overflow:visible;font-size:12.5px}
svg text{fill:var(--ink);font-variant-numeric:tabular-nums}
svg .tick,svg .month,svg .year,svg .legend{fill:var(--soft)}
svg .tick{font-size:11px}
svg .value,svg .month,svg .year{text-anchor:middle}
svg .value{font-size:11px;paint-order:stroke;stroke:var(--card);stroke-width:3.5px}
svg .year{font-size:11px}
svg .figure,svg .caplabel{text-anchor:end}
svg .figure{font-weight:600}
svg .caplabel{fill:var(--cap);font-size:12px;font-weight:600}
svg .grid{stroke:var(--line)}
svg .zero{stroke:var(--soft)}
svg .cap{stroke:var(--cap);stroke-width:1.5;stroke-dasharray:5 4}
svg rect{fill:var(--blue)}
svg .over rect{fill:var(--over)}
svg .over .value{fill:var(--over);font-weight:600}
svg rect.track{fill:var(--faint)}
svg .before rect{fill:var(--pale)}
svg .below rect{fill:var(--over)}
svg .before.below rect{fill:var(--over);opacity:.5}
svg g:hover>rect:not(.track){filter:brightness(1.12)}
.scroll{overflow-x:auto;margin:0 -22px;padding:0 22px;
background:linear-gradient(to right,var(--card) 50%,transparent) left/36px 100% no-repeat local,
linear-gradient(to left,var(--card) 50%,transparent) right/36px 100% no-repeat local,
linear-gradient(to right,var(--line),transparent) left/16px 100% no-repeat scroll,
linear-gradient(to left,var(--line),transparent) right/16px 100% no-repeat scroll}
table{border-collapse:collapse;width:100%;font-size:13px;font-variant-numeric:tabular-nums}
th,td{padding:8px 6px;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
th:first-child,td:first-child{padding-left:0}
th:last-child,td:last-child{padding-right:0}
thead th{font-size:12.5px;font-weight:600;color:var(--soft);vertical-align:bottom;border-bottom:1.5px solid var(--soft)}
th.p{white-space:nowrap}
thead button{all:unset;cursor:pointer;display:inline;overflow-wrap:normal}
thead button:focus-visible{outline:2px solid var(--blue);outline-offset:3px;border-radius:2px}
thead button:hover{color:var(--ink)}
thead th[aria-sort] button{color:var(--ink)}
thead th[aria-sort=ascending] button::after{content:" ↑"}
thead th[aria-sort=descending] button::after{content:" ↓"}
tbody tr:hover td{background:var(--faint)}
.n{text-align:right;white-space:nowrap}
thead th.n{white-space:normal}
td.w,td.id{white-space:nowrap}
td.t{min-width:8em}
td.s{min-width:22em}
td.neg{color:var(--bad)}
td.approved{color:var(--good)}td.rejected{color:var(--bad)}td.review,td.unreadable{color:var(--amber)}
tfoot td{font-weight:650;border-bottom:0;border-top:1px solid var(--line)}
tbody+tfoot tr:first-child td{border-top:1.5px solid var(--soft)}
td.bar{min-width:54px}
td.bar span{display:block;height:8px;margin-top:6px;border-radius:4px;background:var(--blue);min-width:1px}
td svg{display:block}
footer{color:var(--soft);font-size:13px;margin-top:28px;overflow-wrap:anywhere}
.empty{color:var(--soft)}
@media (min-width:601px) and (max-width:1320px){
main{padding:32px 14px 48px}
section{padding:18px 14px}
.scroll{margin:0 -14px;padding:0 14px}
table{font-size:12px}
thead th{font-size:11.5px}
th,td{padding:7px 3.5px}
td.bar{min-width:36px}
}
@media (max-width:600px){
main{padding:24px 14px 40px}
section{padding:16px 16px}
.scroll{margin:0 -16px;padding:0 16px 0 0}
.facts{grid-template-columns:1fr 1fr}
.facts div{padding:11px 14px 12px}
.facts div:last-child:nth-child(odd){grid-column:1/-1}
dd{font-size:18px}
svg .value{display:none}
svg .over .value{display:inline}
.scroll th:first-child,.scroll td:first-child{position:sticky;left:0;background:var(--card);padding-left:16px;
box-shadow:1px 0 0 var(--line);max-width:46vw;overflow-wrap:break-word}
svg .month{font-size:10px}
}
@media print{
:root{--page:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#ccc;--faint:#f2f2f2;--blue:#2f5fa8;--pale:#b9cbe8;
--over:#c4541b;--cap:#b3261e;--bad:#b3261e;--good:#1d7a4c;--amber:#8a6100}
@page{size:landscape;margin:12mm}
body{font-size:10pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}
main{max-width:none;padding:0}
section{break-inside:avoid;padding:12px 14px}
section.long{break-inside:auto}
h2,.lead{break-after:avoid}
tr{break-inside:avoid}
thead{display:table-header-group;break-inside:avoid}
tfoot{display:table-row-group}
tfoot tr{break-before:avoid}
.scroll{overflow:visible;margin:0;padding:0;background:none}
table{font-size:8pt}th,td{padding:4px 5px}
dd{font-size:13pt}
thead button{display:contents}
thead button::after{content:""!important}
}
"""

SCRIPT = """
document.querySelectorAll("table").forEach(function(table){
table.querySelectorAll("thead button").forEach(function(button){
button.addEventListener("click",function(){
var head=button.closest("th"),at=head.cellIndex,body=table.tBodies[0];
var numeric=head.classList.contains("n");
var down=head.getAttribute("aria-sort")==="descending"||(!numeric&&!head.hasAttribute("aria-sort"));
table.querySelectorAll("th[aria-sort]").forEach(function(th){th.removeAttribute("aria-sort")});
head.setAttribute("aria-sort",down?"ascending":"descending");
var sign=down?1:-1;
Array.from(body.rows).map(function(row,place){
var key=row.cells[at].dataset.key;
return{row:row,place:place,key:numeric?(key===""?-Infinity:Number(key)):row.cells[at].textContent};
}).sort(function(a,b){
var order=numeric?(a.key===b.key?0:a.key<b.key?-1:1):a.key.localeCompare(b.key,undefined,{numeric:true});
return sign*order||a.place-b.place;
}).forEach(function(item){body.appendChild(item.row)});
});
});
});
"""
