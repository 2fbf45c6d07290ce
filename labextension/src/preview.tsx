// Every file that would be written, with a diff where it exists; follows the plan as it changes.
import { ReactWidget } from '@jupyterlab/apputils';
import { CodeEditor, IEditorServices } from '@jupyterlab/codeeditor';
import { Panel, Widget } from '@lumino/widgets';
import * as React from 'react';
import type { Session } from './model';
import { shown } from './state';
import { PreviewHead } from './views/preview';
import type { FileWire } from './wire';
import { change } from './words';

const MIME: Record<FileWire['language'], string> = {
  python: 'text/x-python',
  json: 'application/json',
  toml: 'text/x-toml',
  text: 'text/plain'
};

/** The preview of one session. */
export class Preview extends Panel {
  constructor(
    readonly session: Session,
    private readonly editors: IEditorServices
  ) {
    super();
    this.addClass('jp-Promote-preview');
    this.host.addClass('jp-Promote-editor');
    this.addWidget(this.head);
    this.addWidget(this.host);
    session.changed.connect(this.follow, this);
    session.notebook.disposed.connect(() => this.dispose());
    this.follow();
  }

  /** Show the file at `path`, or the first where there is no such file. */
  select(path: string): void {
    this.path =
      this.files().find(file => file.path === path)?.path ??
      this.files()[0]?.path ??
      '';
    this.head.update();
    void this.draw();
  }

  dispose(): void {
    this.session.changed.disconnect(this.follow, this);
    this.editor?.dispose();
    super.dispose();
  }

  private files(): readonly FileWire[] {
    return shown(this.session.state)?.files ?? [];
  }

  private follow(): void {
    this.select(this.path);
  }

  private async draw(): Promise<void> {
    const file = this.files().find(each => each.path === this.path);
    if (!file || file === this.current) {
      return;
    }
    this.current = file;
    const extensions =
      change(file) === 'changed' ? await diff(file.existing ?? '') : [];
    if (this.current !== file || this.isDisposed) {
      return; // another was chosen meanwhile
    }
    const model = new CodeEditor.Model({ mimeType: MIME[file.language] });
    model.sharedModel.setSource(file.text);
    this.editor?.dispose();
    this.host.node.replaceChildren();
    this.editor = this.editors.factoryService.newDocumentEditor({
      host: this.host.node,
      model,
      config: { readOnly: true, lineNumbers: true, codeFolding: true },
      extensions
    });
  }

  private readonly host = new Widget();
  private readonly head = ReactWidget.create(
    <HeadOf
      files={() => this.files()}
      path={() => this.path}
      select={p => this.select(p)}
    />
  );
  private path = '';
  private current: FileWire | null = null;
  private editor: CodeEditor.IEditor | null = null;
}

/** Reads the latest values each time the widget is updated. */
function HeadOf(props: {
  files: () => readonly FileWire[];
  path: () => string;
  select: (path: string) => void;
}): React.ReactElement {
  return (
    <PreviewHead
      files={props.files()}
      path={props.path()}
      onSelect={props.select}
    />
  );
}

async function diff(
  original: string
): Promise<import('@codemirror/state').Extension[]> {
  const { unifiedMergeView } = await import('@codemirror/merge');
  const collapseUnchanged = { margin: 3, minSize: 6 };
  return [
    unifiedMergeView({ original, mergeControls: false, collapseUnchanged })
  ];
}
