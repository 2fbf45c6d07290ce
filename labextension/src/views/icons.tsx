// Small line drawings in the colour of the text around them.
import * as React from 'react';

const PATHS = {
  check: 'M3.5 8.5l3 3 6-7',
  cross: 'M4 4l8 8M12 4l-8 8',
  circle: 'M8 4.5a3.5 3.5 0 100 7 3.5 3.5 0 000-7z',
  dash: 'M4 8h8',
  play: 'M5 3l8 5-8 5z',
  flask:
    'M6.2 1.8h3.6M7 2v4.2L3 13.2a.8.8 0 00.7 1.2h8.6a.8.8 0 00.7-1.2L9 6.2V2M4.7 10.4h6.6',
  reset: 'M3.2 8a4.8 4.8 0 101.6-3.6M4.6 1.8v2.8h2.8',
  up: 'M8 13V3M4 7l4-4 4 4',
  down: 'M8 3v10M4 9l4 4 4-4',
  chevron: 'M6 4l4 4-4 4',
  file: 'M4 2h5l3 3v9H4zM9 2v3h3',
  folder: 'M2 4h4l1.5 1.5H14V13H2z',
  warning: 'M8 2.5L14.5 13.5H1.5zM8 6.5v3.5M8 11.8v.2',
  eye: 'M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8zM8 6.2a1.8 1.8 0 100 3.6 1.8 1.8 0 000-3.6z',
  shield:
    'M8 1.8l5 1.8v4c0 3.4-2.2 5.6-5 6.6-2.8-1-5-3.2-5-6.6v-4zM5.8 8l1.6 1.6 2.9-3.2',
  tag: 'M2.5 2.5h5l6 6-5 5-6-6zM5.2 5.2v.1',
  notebook: 'M4 2h9v12H4zM4 5H2.5M4 8H2.5M4 11H2.5M7 2v12'
} as const;

export type IconName = keyof typeof PATHS;

export function Icon(props: { name: IconName }): React.ReactElement {
  return (
    <svg className="jp-Promote-icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[props.name]} />
    </svg>
  );
}
