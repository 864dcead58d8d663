/** hls.js without subtitles, alternate audio and DRM; the package types only its full build. */
declare module 'hls.js/light' {
  export { default } from 'hls.js';
}
