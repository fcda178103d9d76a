// The frame of a screen: its heading takes the focus when the screen comes.

import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { texts } from '../shell/language';

interface PageProps {
  title: string;
  /** Small line above the heading, such as the step of a form. */
  caption?: string | undefined;
  back?: string | undefined;
  wide?: boolean;
  children: ComponentChildren;
}

let first = true;

export function Page({ title, caption, back, wide, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    document.title = `${title} · ${texts.value.app}`;
    if (!first) heading.current?.focus({ preventScroll: true });
    if (!first) scrollTo(0, 0);
    first = false;
  }, [title]);
  return (
    <main id="content" class={wide ? 'wide' : undefined}>
      {back !== undefined && (
        <a class="back" href={`#/${back}`}>
          {texts.value.back}
        </a>
      )}
      {caption && <p class="caption">{caption}</p>}
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </main>
  );
}

export function Facts({ rows }: { rows: [label: string, value: ComponentChildren][] }) {
  return (
    <dl class="facts">
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export const Tag = ({ kind = 'plain', children }: { kind?: string; children: ComponentChildren }) => (
  <span class={`tag ${kind}`}>{children}</span>
);

/** A whole row that leads somewhere. */
export function RowLink({ to, title, children }: { to: string; title: string; children?: ComponentChildren }) {
  return (
    <li>
      <a class="row" href={`#/${to}`}>
        <strong>{title}</strong>
        {children && <span>{children}</span>}
      </a>
    </li>
  );
}
