/** Decides what each section of a viewer's offer gets: H.264 or Opus in a fitting direction, or nothing. */
import { codecName, pickH264, type Codec, type MediaSection, type Offer } from '../sdp/offer.ts';
import { absSendTimeUri, type ViewerSection } from '../sdp/webrtc-answer.ts';

export type ChosenSection = ViewerSection;

/** A viewer that can hear is sent to; one that can speak is heard, sound only. */
function directionFor(section: MediaSection): 'sendonly' | 'recvonly' | 'sendrecv' | undefined {
  const hears = section.direction === 'recvonly' || section.direction === 'sendrecv';
  const speaks =
    section.kind === 'audio' && (section.direction === 'sendonly' || section.direction === 'sendrecv');
  if (hears) return speaks ? 'sendrecv' : 'sendonly';
  return speaks ? 'recvonly' : undefined;
}

/** Opus first; PCMU behind it for a camera that fell back to it. */
function codecsFor(section: MediaSection): Codec[] {
  if (section.kind === 'video') {
    const codec = pickH264(section);
    return codec === undefined ? [] : [codec];
  }
  if (section.kind !== 'audio') return [];
  const opus = section.codecs.filter((codec) => codecName(codec) === 'opus').slice(0, 1);
  return opus.length === 0 ? [] : [...opus, ...section.codecs.filter(({ payloadType }) => payloadType === 0)];
}

/** Section by section, in the offer's order; only the first of each kind carries media. */
export function chooseSections(offer: Offer, newSsrc: () => number): ChosenSection[] {
  const taken = new Set<string>();
  return offer.sections.map((section, index) => {
    const mid = section.mid ?? String(index);
    const codecs = codecsFor(section);
    const direction = directionFor(section);
    if (codecs.length === 0 || direction === undefined || taken.has(section.kind))
      return { section, mid, media: undefined };
    taken.add(section.kind);
    const id = section.kind === 'video' ? section.extensions.get(absSendTimeUri) : undefined;
    // Above 14 the one-byte form cannot say it.
    const absSendTimeId = id !== undefined && id >= 1 && id <= 14 ? id : undefined;
    return { section, mid, media: { direction, codecs, ssrc: newSsrc(), absSendTimeId } };
  });
}
