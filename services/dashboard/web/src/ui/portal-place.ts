/** Where what floats over the page is put: inside `<main>`, so that screen readers find it within a landmark. */
export const portalPlace = (): HTMLElement | null => document.getElementById('content');
