import { type Child, createContext, useContext } from 'hono/jsx';

/** The path prefix of the current tenant's pages; empty where there is one tenant. */
export const RootPath = createContext('');

interface LinkProps {
  /** Relative to the path prefix of the tenant. */
  readonly href: string;
  readonly class?: string;
  readonly rel?: string;
  readonly download?: boolean;
  readonly 'aria-current'?: 'page' | undefined;
  readonly children?: Child;
}

/** A link to another page of the same tenant. */
export function Link({ href, children, ...others }: LinkProps) {
  const rootPath = useContext(RootPath);
  return (
    <a href={rootPath + href} {...others}>
      {children}
    </a>
  );
}
