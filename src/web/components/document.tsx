import { html } from 'hono/html';
import type { Child } from 'hono/jsx';
import { safeText } from '../../model/text/safe-text.js';

/** A page without a session: sign-in errors, a wrong host name, and server errors. */
export function PlainPage({ title, text }: { title: string; text: string }) {
  return (
    <Document title={title}>
      <main id="main" class="plain" tabindex={-1}>
        <p class="brand">
          <Logo />
          Consentinel
        </p>
        <h1>{title}</h1>
        <p>{safeText(text)}</p>
      </main>
    </Document>
  );
}

export function Document({ title, children }: { title: string; children?: Child }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${safeText(title)} · Consentinel`}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/assets/style.css" />
        <script src="/assets/script.js" defer />
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        {children}
      </body>
    </html>
  );
}

export function Logo() {
  return (
    <svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
      <path d="M12 1.8 21 5v6.4c0 5.2-3.6 9.2-9 10.8-5.4-1.6-9-5.6-9-10.8V5z" />
      <circle cx="12" cy="10" r="2.6" />
      <path class="key" d="M12 12.6v5M12 15.6h2.4" />
    </svg>
  );
}

/** A page with its doctype. */
export function htmlDocument(page: Child) {
  return html`<!doctype html>${page}`;
}
