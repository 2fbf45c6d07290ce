import { LabIcon } from '@jupyterlab/ui-components';

/** Code, going up. */
export const promoteIcon = new LabIcon({
  name: 'jupyter_promote:promote',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">' +
    '<g class="jp-icon3" fill="#616161">' +
    '<path d="M7.1 6 1.1 12l6 6 1.4-1.4L3.9 12l4.6-4.6zM16.9 6l6 6-6 6-1.4-1.4 4.6-4.6-4.6-4.6z"/>' +
    '<path d="M11 18.5V9.6l-1.9 1.9-1.4-1.4L12 5.8l4.3 4.3-1.4 1.4L13 9.6v8.9z"/>' +
    '</g></svg>'
});
