import { type Child, createContext, useContext } from 'hono/jsx';

/** Where the pages of the tenant at work begin: nothing where there is one tenant. */
export const Root = createContext('');

interface LinkProps {
  /** From the root of the tenant's pages on. */
  readonly href: string;
  readonly class?: string;
  readonly rel?: string;
  readonly download?: boolean;
  readonly 'aria-current'?: 'page' | undefined;
  readonly children?: Child;
}

/** A link to another page of the same tenant. */
export function Link({ href, children, ...others }: LinkProps) {
  const root = useContext(Root);
  return (
    <a href={root + href} {...others}>
      {children}
    </a>
  );
}
