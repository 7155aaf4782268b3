// sharp, answering the same requests as worker.py.
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import sharp from "sharp";

sharp.concurrency(1);
sharp.cache(false);

const thumbnail = (data, kind) => {
  const small = sharp(data).resize(256, 256, { fit: "fill" }).greyscale();
  return (kind === "png" ? small.png() : small.jpeg({ quality: 90 })).toBuffer();
};

const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);

say({ version: `sharp ${sharp.versions.sharp}` });
for await (const line of createInterface({ input: process.stdin })) {
  const { path, png, repeat } = JSON.parse(line);
  const data = readFileSync(path);
  if (png) {
    writeFileSync(png, await thumbnail(data, "png"));
    say({});
  } else {
    const started = process.cpuUsage();
    for (let done = 0; done < repeat; done += 1) await thumbnail(data, "jpeg");
    const { user, system } = process.cpuUsage(started);
    say({ ms: (user + system) / 1000 / repeat });
  }
}
