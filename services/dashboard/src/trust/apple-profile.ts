/**
 * A configuration profile that brings a CA to iPhone, iPad and Mac (Apple, "Configuration Profile Reference", payload
 * com.apple.security.root). It is not signed: who opens it sees so, and checks the fingerprint on the page. On an iPhone
 * a root from a profile is trusted only after a switch in the settings; the page says where.
 */
import { createHash } from 'node:crypto';
import type { HouseCa } from './house-ca.ts';

export function appleProfile(ca: HouseCa): string {
  const escaped = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  // The same CA gives the same ids, so that a second download replaces the first and adds no other.
  const id = (part: string): string => {
    const hex = createHash('sha256').update(part).update(ca.der).digest('hex').toUpperCase();
    return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
  };
  const identifier = `apiary.trust.${id('identifier').toLowerCase()}`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>PayloadType</key><string>Configuration</string>
  <key>PayloadVersion</key><integer>1</integer>
  <key>PayloadIdentifier</key><string>${identifier}</string>
  <key>PayloadUUID</key><string>${id('profile')}</string>
  <key>PayloadDisplayName</key><string>${escaped(ca.name)}</string>
  <key>PayloadDescription</key><string>Lets this device trust the Apiary server at home.</string>
  <key>PayloadOrganization</key><string>Apiary</string>
  <key>PayloadContent</key>
  <array>
    <dict>
      <key>PayloadType</key><string>com.apple.security.root</string>
      <key>PayloadVersion</key><integer>1</integer>
      <key>PayloadIdentifier</key><string>${identifier}.root</string>
      <key>PayloadUUID</key><string>${id('certificate')}</string>
      <key>PayloadDisplayName</key><string>${escaped(ca.name)}</string>
      <key>PayloadCertificateFileName</key><string>apiary-ca.crt</string>
      <key>PayloadContent</key>
      <data>${ca.der.toString('base64')}</data>
    </dict>
  </array>
</dict>
</plist>
`;
}
