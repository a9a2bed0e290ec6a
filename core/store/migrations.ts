/**
 * What each version of the store adds, the first version first. A released entry is never changed: a change is a new
 * entry, and a saved sample of the old version in tests/fixtures/stores proves it.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE facts (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    origin TEXT NOT NULL CHECK (origin IN ('window', 'command-line', 'watched-folder')),
    -- With the first sources only; what they led to are the jobs. The hash is of the whole.
    spec TEXT NOT NULL,
    spec_hash TEXT NOT NULL,
    models_folder TEXT NOT NULL,
    fail_fast INTEGER NOT NULL CHECK (fail_fast IN (0, 1)),
    -- A batch of a command that was killed: it waits until someone asks for it again.
    suspended INTEGER NOT NULL DEFAULT 0 CHECK (suspended IN (0, 1)),
    added_at INTEGER NOT NULL,
    finished_at INTEGER
  ) STRICT;

  CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    batch_id INTEGER NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
    -- From 0 within the batch.
    number INTEGER NOT NULL,
    -- As it was given or found, and as an absolute path.
    input TEXT NOT NULL,
    source TEXT NOT NULL,
    -- Device and inode when it was added: the same file has the same key under every name.
    source_key TEXT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    target TEXT,
    format TEXT,
    state TEXT NOT NULL
      CHECK (state IN ('queued', 'running', 'publishing', 'done', 'skipped', 'failed', 'cancelled')),
    -- What the state says beyond its name, as JSON.
    detail TEXT,
    -- The lower, the earlier.
    priority INTEGER NOT NULL,
    position REAL NOT NULL,
    -- The higher, the more it needs a look.
    severity REAL NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    input_width INTEGER,
    input_height INTEGER,
    target_width INTEGER,
    target_height INTEGER,
    added_at INTEGER NOT NULL,
    UNIQUE (batch_id, number)
  ) STRICT;
  CREATE INDEX jobs_in_line ON jobs (priority, position);
  CREATE INDEX jobs_waiting ON jobs (priority, position) WHERE state = 'queued';
  CREATE INDEX jobs_by_state ON jobs (batch_id, state);
  CREATE INDEX jobs_by_source ON jobs (batch_id, source_key);

  CREATE TABLE attempts (
    job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    temp_path TEXT NOT NULL,
    scratch_folder TEXT NOT NULL,
    -- Of the finished temporary file, known before it gets its name.
    file_key TEXT,
    made TEXT,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    outcome TEXT,
    PRIMARY KEY (job_id, number)
  ) STRICT, WITHOUT ROWID;

  -- What was made, by what it was made from: outlives its job, so that nothing is made twice.
  CREATE TABLE results (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id INTEGER UNIQUE REFERENCES jobs (id) ON DELETE SET NULL,
    content_hash TEXT NOT NULL,
    settings_hash TEXT NOT NULL,
    model_hash TEXT NOT NULL,
    output_path TEXT NOT NULL,
    output_hash TEXT NOT NULL,
    output_bytes INTEGER NOT NULL,
    report TEXT,
    finished_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX results_by_key ON results (content_hash, settings_hash, model_hash);
  CREATE INDEX results_by_output ON results (output_hash);

  CREATE TABLE presets (
    id TEXT PRIMARY KEY,
    preset TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE watched_folders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    folder TEXT NOT NULL UNIQUE,
    settings TEXT NOT NULL,
    taken INTEGER NOT NULL DEFAULT 0,
    last_activity_at INTEGER
  ) STRICT;

  CREATE TABLE passed_over (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    folder_id INTEGER NOT NULL REFERENCES watched_folders (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    error TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX passed_over_by_folder ON passed_over (folder_id, id);
  `,
  `
  -- The version of each file that was taken from a watched folder, so that none is taken twice.
  CREATE TABLE taken_files (
    folder_id INTEGER NOT NULL REFERENCES watched_folders (id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    relative_path TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    mtime_ns TEXT NOT NULL,
    inode TEXT NOT NULL,
    -- Whether the original was moved away, or is not to be looked at any more for that.
    settled INTEGER NOT NULL DEFAULT 0 CHECK (settled IN (0, 1)),
    PRIMARY KEY (folder_id, path)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX taken_files_open ON taken_files (folder_id) WHERE settled = 0;
  CREATE INDEX jobs_by_path ON jobs (source);
  CREATE INDEX results_by_path ON results (output_path);
  `,
  `
  -- The main figures of each measured result, so that a batch of any size is summed up without reading its reports.
  ALTER TABLE results ADD COLUMN verdict TEXT;
  ALTER TABLE results ADD COLUMN identical INTEGER;
  ALTER TABLE results ADD COLUMN psnr_db REAL;
  ALTER TABLE results ADD COLUMN ssim REAL;
  ALTER TABLE results ADD COLUMN delta_e REAL;
  ALTER TABLE results ADD COLUMN gradient_gain REAL;
  UPDATE results SET
    verdict = json_extract(report, '$.quality.verdict'),
    identical = json_extract(report, '$.quality.consistency.identical'),
    psnr_db = json_extract(report, '$.quality.consistency.psnrDb'),
    ssim = json_extract(report, '$.quality.consistency.ssim'),
    delta_e = json_extract(report, '$.quality.consistency.deltaE.mean'),
    gradient_gain = json_extract(report, '$.quality.detail.gradientGain')
    WHERE report IS NOT NULL;
  CREATE INDEX results_by_scores
    ON results (job_id, verdict, identical, psnr_db, ssim, delta_e, gradient_gain) WHERE verdict IS NOT NULL;
  -- Whether the report files of a batch that has ended are still to be written.
  ALTER TABLE batches ADD COLUMN reports_due INTEGER NOT NULL DEFAULT 0 CHECK (reports_due IN (0, 1));
  CREATE INDEX batches_with_reports_due ON batches (id) WHERE reports_due = 1;
  `,
  `
  -- Which job makes an accepted file's result, and of which request it is one: with other settings it is new again.
  ALTER TABLE taken_files ADD COLUMN job_id INTEGER REFERENCES jobs (id) ON DELETE SET NULL;
  ALTER TABLE taken_files ADD COLUMN request_hash TEXT;
  CREATE INDEX taken_files_by_job ON taken_files (job_id) WHERE job_id IS NOT NULL;
  UPDATE taken_files SET job_id = (
    SELECT jobs.id FROM jobs JOIN batches ON batches.id = jobs.batch_id
    WHERE jobs.source = taken_files.path AND batches.origin = 'watched-folder' ORDER BY jobs.id DESC LIMIT 1);
  -- Whose result is at a path, however the path is spelt: no other input may replace it.
  ALTER TABLE results ADD COLUMN source TEXT;
  ALTER TABLE results ADD COLUMN output_key TEXT;
  UPDATE results SET output_key = lower(output_path),
    source = (SELECT source FROM jobs WHERE jobs.id = results.job_id);
  CREATE INDEX results_by_output_key ON results (output_key);
  -- Rows that could not be read any more, as they were, so that nothing is deleted and nothing is in the way.
  CREATE TABLE set_aside (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source_table TEXT NOT NULL,
    content TEXT NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  `,
  `
  -- How many jobs each batch has in each state, and the pixels of those results whose size is known: a list of a
  -- million is counted with every image that ends. Follows from the jobs, so that it can always be recomputed.
  CREATE TABLE job_totals (
    batch_id INTEGER NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    images INTEGER NOT NULL,
    sized_images INTEGER NOT NULL,
    sized_pixels INTEGER NOT NULL,
    PRIMARY KEY (batch_id, state)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO job_totals
    SELECT batch_id, state, count(*), count(target_width * target_height),
      coalesce(sum(target_width * target_height), 0) FROM jobs GROUP BY batch_id, state;
  CREATE TRIGGER job_added AFTER INSERT ON jobs BEGIN
    INSERT INTO job_totals VALUES (new.batch_id, new.state, 1, new.target_width * new.target_height IS NOT NULL,
        coalesce(new.target_width * new.target_height, 0))
      ON CONFLICT DO UPDATE SET images = images + 1, sized_images = sized_images + excluded.sized_images,
        sized_pixels = sized_pixels + excluded.sized_pixels;
  END;
  CREATE TRIGGER job_removed AFTER DELETE ON jobs BEGIN
    UPDATE job_totals SET images = images - 1,
      sized_images = sized_images - (old.target_width * old.target_height IS NOT NULL),
      sized_pixels = sized_pixels - coalesce(old.target_width * old.target_height, 0)
      WHERE batch_id = old.batch_id AND state = old.state;
  END;
  CREATE TRIGGER job_changed AFTER UPDATE OF batch_id, state, target_width, target_height ON jobs BEGIN
    UPDATE job_totals SET images = images - 1,
      sized_images = sized_images - (old.target_width * old.target_height IS NOT NULL),
      sized_pixels = sized_pixels - coalesce(old.target_width * old.target_height, 0)
      WHERE batch_id = old.batch_id AND state = old.state;
    INSERT INTO job_totals VALUES (new.batch_id, new.state, 1, new.target_width * new.target_height IS NOT NULL,
        coalesce(new.target_width * new.target_height, 0))
      ON CONFLICT DO UPDATE SET images = images + 1, sized_images = sized_images + excluded.sized_images,
        sized_pixels = sized_pixels + excluded.sized_pixels;
  END;
  `,
  `
  -- A page of a batch of a million, and the search for a name, without reading the jobs themselves.
  CREATE INDEX jobs_of_batch_in_line ON jobs (batch_id, priority, position);
  CREATE INDEX jobs_by_name ON jobs (name_key, batch_id);
  `,
  `
  -- What a crash left and what is next, without reading a list of a million.
  CREATE INDEX jobs_under_way ON jobs (id) WHERE state IN ('running', 'publishing');
  CREATE INDEX jobs_waiting_of_batch ON jobs (batch_id, priority, position) WHERE state = 'queued';
  CREATE INDEX batches_suspended ON batches (id) WHERE suspended = 1;
  `,
];
