// Trains a classifier of two moons on the backend of this folder: `npx tsx main.ts`.
