// What the editors' desk needs of CodeMirror: one function that makes an editor, and what its options are built with.
export { basicSetup } from "codemirror";
export { yaml } from "@codemirror/lang-yaml";
export { EditorView, keymap } from "@codemirror/view";
export { EditorState, Compartment } from "@codemirror/state";
export { linter, lintGutter, setDiagnostics, forceLinting } from "@codemirror/lint";
export { autocompletion } from "@codemirror/autocomplete";
export { indentWithTab } from "@codemirror/commands";
