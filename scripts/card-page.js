// An Adaptive Card of an alert as HTML, similar to Teams, for the screenshot of the documentation.
const escaped = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const colours = { attention: '#c4314b', warning: '#8a6100', good: '#237b4b', accent: '#4f52b2' };
const backgrounds = { attention: '#fcf4f6', warning: '#fbf6d9', good: '#f1faf4', emphasis: '#f5f5f5', accent: '#eef' };
const sizes = { small: '12px', medium: '17px', large: '21px' };

/** Markdown of a TextBlock: links and bold. */
const markdown = (text) =>
  escaped(text)
    .replace(/\\([\\`*_{}[\]()#+.!|~>-])/g, '$1')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '<u>$1</u>')
    .replace(/\*\*(.+?)\*\*/g, '<b>$1</b>');

function styleOf({ weight, size, color, isSubtle }) {
  const styles = [
    weight === 'bolder' && 'font-weight:600',
    sizes[size] && `font-size:${sizes[size]}`,
    colours[color] && `color:${colours[color]}`,
    isSubtle && 'opacity:.75',
  ];
  return `style="${styles.filter(Boolean).join(';')}"`;
}

function htmlOf(element) {
  const { type, text = '', items = [], inlines = [], facts = [], style, separator } = element;
  const line = separator ? '<hr>' : '';
  if (type === 'Container')
    return `<div class="box" style="background:${backgrounds[style] ?? 'none'}">${items.map(htmlOf).join('')}</div>`;
  if (type === 'FactSet') {
    const rows = facts.map(({ title, value }) => `<tr><th>${escaped(title)}</th><td>${markdown(value)}</td></tr>`);
    return `<table>${rows.join('')}</table>`;
  }
  const runs = inlines.map((run) => `<span ${styleOf(run)}>${escaped(run.text)}</span>`).join('');
  return `${line}<p ${styleOf(element)}>${type === 'RichTextBlock' ? runs : markdown(text)}</p>`;
}

/**
 * @param {{ body: object[], actions?: { title: string }[] }} card content of the attachment
 * @returns {string} an HTML document
 */
export function cardPage({ body, actions = [] }) {
  const buttons = actions.map(({ title }) => `<span class="button">${escaped(title)}</span>`).join('');
  return `<!doctype html><meta charset="utf-8"><title>Teams card</title><style>
    body{margin:0;padding:24px;background:#f5f5f5;color:#242424;font:14px/1.4 "Segoe UI",system-ui,sans-serif}
    main{background:#fff;border:1px solid #d1d1d1;border-radius:6px;padding:16px}
    p{margin:4px 0}.box{padding:8px 12px;margin:8px 0;border-radius:4px}
    table{border-spacing:0 2px}th{text-align:left;padding-right:16px;font-weight:600}
    .button{display:inline-block;margin:12px 8px 0 0;padding:5px 14px;border:1px solid #d1d1d1;border-radius:4px;font-weight:600}
    </style><main>${body.map(htmlOf).join('')}${buttons}</main>`;
}
