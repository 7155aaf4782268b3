/** Has the browser save a text as a file. */
export function saveAs(name: string, text: string, type: string): void {
  const link = URL.createObjectURL(new Blob([text], { type }));
  const anchor = document.createElement('a');
  anchor.href = link;
  anchor.download = name;
  anchor.click();
  // Not at once: the browser has only been told to begin.
  window.setTimeout(() => URL.revokeObjectURL(link), 60_000);
}
