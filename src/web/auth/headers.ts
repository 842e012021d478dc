/** Over https, the browser uses https only for a year. Browsers ignore the header over http. Source: RFC 6797. */
const strictTransport = 'max-age=31536000; includeSubDomains';

/** The headers of the response to a request. TLS can end before this process: then a header has the protocol. */
export function headersFor(request: Request): Readonly<Record<string, string>> {
  const forwarded = request.headers.get('x-forwarded-proto')?.split(',')[0]?.trim();
  const isHttps = new URL(request.url).protocol === 'https:' || forwarded === 'https';
  return isHttps ? { ...securityHeaders, 'strict-transport-security': strictTransport } : securityHeaders;
}

/**
 * The headers of every response. They block content of other origins, inline scripts and styles, framing, caching, and
 * referrers.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self' data:",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
};
