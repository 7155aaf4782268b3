/** Made pictures: what the mock answers in place of S3's objects. */
import { PICTURES } from './data.ts';

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A street with a sign, as an SVG. */
export function picture(id: string, small: boolean): string {
  const shown = PICTURES.get(id) ?? { hue: 210, line: 'NEW PICTURE' };
  const line = shown.line.replace(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign);
  const [width, height] = small ? [400, 300] : [1600, 1200];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 1600 1200">
<rect width="1600" height="760" fill="hsl(${shown.hue} 55% 75%)"/>
<rect y="760" width="1600" height="440" fill="hsl(${shown.hue} 8% 40%)"/>
<rect x="120" y="240" width="380" height="560" fill="hsl(${shown.hue} 30% 50%)"/>
<rect x="700" y="300" width="640" height="180" rx="20" fill="#0b4f9c"/>
<text x="1020" y="415" font-family="sans-serif" font-size="80" font-weight="700" fill="#fff" text-anchor="middle">${line}</text>
<rect x="1000" y="480" width="40" height="400" fill="#555"/>
<rect x="560" y="800" width="420" height="160" rx="60" fill="#b3261e"/>
<circle cx="660" cy="970" r="55" fill="#222"/><circle cx="890" cy="970" r="55" fill="#222"/>
<circle cx="300" cy="700" r="70" fill="#e8b796"/><rect x="230" y="770" width="140" height="260" rx="50" fill="#345"/>
</svg>`;
}
