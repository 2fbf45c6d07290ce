// The head of the preview: one tab for each file that would be written.
import * as React from 'react';
import type { FileWire } from '../wire';
import { change, lines, split } from '../words';

export interface IPreviewProps {
  files: readonly FileWire[];
  path: string;
  onSelect: (path: string) => void;
}

export function PreviewHead(props: IPreviewProps): React.ReactElement {
  const { files, path, onSelect } = props;
  const file = files.find(each => each.path === path);
  const step = (event: React.KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) {
      const at = files.findIndex(each => each.path === path);
      onSelect(files[(at + by + files.length) % files.length].path);
    }
  };
  return (
    <>
      <div
        className="jp-Promote-tabs"
        role="tablist"
        aria-label="Files"
        onKeyDown={step}
      >
        {files.map(each => (
          <button
            key={each.path}
            type="button"
            role="tab"
            aria-selected={each.path === path}
            tabIndex={each.path === path ? 0 : -1}
            title={each.path}
            onClick={() => onSelect(each.path)}
          >
            {split(each.path)[1]}
            <span
              className="jp-Promote-dot"
              data-change={change(each)}
              aria-hidden="true"
            />
          </button>
        ))}
      </div>
      {file && (
        <div className="jp-Promote-previewLine">
          <code>{file.path}</code>
          <span className="jp-Promote-mark" data-change={change(file)}>
            {verdict(file)}
          </span>
        </div>
      )}
    </>
  );
}

function verdict(file: FileWire): string {
  switch (change(file)) {
    case 'new':
      return `new file, ${lines(file.text)} lines`;
    case 'changed':
      return 'changes an existing file';
    case 'same':
      return 'already there, unchanged';
  }
}
