/** @jsxRuntime automatic @jsxImportSource hono/jsx */

const shapes = {
  book: <path d="M12 6c-2-1.5-5-2-8-2v14c3 0 6 .5 8 2 2-1.5 5-2 8-2V4c-3 0-6 .5-8 2zM12 6v14" />,
  lock: <><rect x="5" y="11" width="14" height="9" rx="2" /><path d="M8 11V8a4 4 0 0 1 8 0v3" /></>,
  alarm: <path d="M12 3 2 20h20zM12 10v4M12 17.2v.1" />,
  phone: <path d="M5 3h4l2 5-2.5 1.8a12 12 0 0 0 5.7 5.7L16 13l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 5a2 2 0 0 1 2-2z" />,
  good: <path d="M7 11v9H4v-9zM7 11l4-8c2 0 2.6 1.5 2.3 3L13 9h5.5a2 2 0 0 1 2 2.4l-1.3 7a2 2 0 0 1-2 1.6H7" />,
  bad: <path transform="rotate(180 12 12)" d="M7 11v9H4v-9zM7 11l4-8c2 0 2.6 1.5 2.3 3L13 9h5.5a2 2 0 0 1 2 2.4l-1.3 7a2 2 0 0 1-2 1.6H7" />,
  copy: <><rect x="8" y="8" width="12" height="12" rx="2" /><path d="M16 8V5a1 1 0 0 0-1-1H5a1 1 0 0 0-1 1v10a1 1 0 0 0 1 1h3" /></>,
  person: <><circle cx="12" cy="8" r="4" /><path d="M4 21c0-4.5 3.5-7 8-7s8 2.5 8 7" /></>,
  leave: <path d="M10 4H5v16h5M14 8l4 4-4 4M18 12H9" />,
}

/** A line drawing beside a word; never the only sign of anything. */
export function Icon({ name }: { name: keyof typeof shapes }) {
  return <svg class="i" viewBox="0 0 24 24" aria-hidden="true">{shapes[name]}</svg>
}
