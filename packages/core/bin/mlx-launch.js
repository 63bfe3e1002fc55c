#!/usr/bin/env node
// The command mlx-launch; its source is src/launch/.
import "../dist/mlx-launch.js";
