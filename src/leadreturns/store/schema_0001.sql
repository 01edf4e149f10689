-- The store of leadreturns, first version. One statement per blank-line-separated block.
-- Times are epoch seconds in UTC; a time of kind 1 is a calendar date, kept as its midnight in UTC.
-- Months are whole numbers that read like dates: 202610. Money is whole minor units of the currency beside it.
-- A list of texts is checked by OR, not by IN: SQLite builds the list of an IN anew for every row that is inserted.
-- Tables that grow by the hundred thousand have a foreign key where a row could lose its owner. The names, files and
-- policies that all rows of an act share, and what is copied from a sale, are looked up by `store check`.

-- Who pays us. Names are kept exactly as written.
CREATE TABLE buyers (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (name <> '')
) STRICT;

-- Whom we pay; id 1 is '' for a sale without a supplier.
CREATE TABLE suppliers (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

-- The product line sold under; id 1 is '' for none.
CREATE TABLE campaigns (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

-- Every policy text that a decision was ever taken under, by its digest.
CREATE TABLE policies (
  id INTEGER PRIMARY KEY,
  digest TEXT NOT NULL UNIQUE CHECK (length(digest) = 64),
  text TEXT NOT NULL,
  first_used_at INTEGER NOT NULL
) STRICT;

-- One imported ledger file.
CREATE TABLE ledgers (
  id INTEGER PRIMARY KEY,
  file TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  imported_at INTEGER NOT NULL,
  imported_by TEXT NOT NULL,
  adjust_closed INTEGER NOT NULL CHECK (adjust_closed IN (0, 1))
) STRICT;

-- What a ledger import did, written when it ended.
CREATE TABLE ledger_figures (
  ledger_id INTEGER PRIMARY KEY REFERENCES ledgers,
  rows INTEGER NOT NULL,
  inserted INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  unchanged INTEGER NOT NULL,
  unreadable INTEGER NOT NULL,
  CHECK (rows = inserted + updated + unchanged + unreadable)
) STRICT;

-- A ledger file taken back.
CREATE TABLE ledger_voids (
  ledger_id INTEGER PRIMARY KEY REFERENCES ledgers,
  voided_at INTEGER NOT NULL,
  voided_by TEXT NOT NULL
) STRICT;

-- The lead ledger: one lead sold to one buyer at one price.
CREATE TABLE sales (
  id INTEGER PRIMARY KEY,
  lead_id TEXT NOT NULL CHECK (lead_id <> ''),     -- exactly as written
  lead_key TEXT NOT NULL,                          -- folded, to match by
  buyer_id INTEGER NOT NULL,
  sale_ref TEXT NOT NULL,
  ref_key TEXT NOT NULL,
  supplier_id INTEGER NOT NULL,
  campaign_id INTEGER NOT NULL,
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  price_minor INTEGER NOT NULL CHECK (price_minor BETWEEN 0 AND 1000000000000),
  payout_minor INTEGER NOT NULL CHECK (payout_minor BETWEEN 0 AND 1000000000000),
  sold_at INTEGER NOT NULL,
  sold_kind INTEGER NOT NULL CHECK (sold_kind IN (0, 1)),
  sold_month INTEGER NOT NULL CHECK (sold_month % 100 BETWEEN 1 AND 12),
  delivered_at INTEGER,
  delivered_kind INTEGER NOT NULL CHECK (delivered_kind IN (0, 1)),
  sub_id TEXT NOT NULL,
  ledger_id INTEGER NOT NULL
) STRICT;

-- One index keeps a sale unique as written and finds it by its folded lead id.
CREATE UNIQUE INDEX sales_by_lead ON sales (lead_key, lead_id, buyer_id, sale_ref);

CREATE INDEX sales_by_ref ON sales (ref_key) WHERE ref_key <> '';

-- Contact data of the consumer, to match by. May be erased.
CREATE TABLE sale_contacts (
  sale_id INTEGER PRIMARY KEY REFERENCES sales,
  phone TEXT NOT NULL,
  email TEXT NOT NULL
) STRICT;

CREATE INDEX sale_contacts_by_phone ON sale_contacts (phone) WHERE phone <> '';

CREATE INDEX sale_contacts_by_email ON sale_contacts (email) WHERE email <> '';

-- What a sale said before a later ledger file changed it, so that the file can be taken back.
CREATE TABLE sale_changes (
  id INTEGER PRIMARY KEY,
  ledger_id INTEGER NOT NULL REFERENCES ledgers,
  sale_id INTEGER NOT NULL,
  newest_decision INTEGER NOT NULL,                -- decisions up to this one saw the sale as it was before
  before TEXT NOT NULL CHECK (json_valid(before))
) STRICT;

CREATE INDEX sale_changes_by_sale ON sale_changes (sale_id);

-- One imported return file.
CREATE TABLE batches (
  id INTEGER PRIMARY KEY,
  file TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  buyer_id INTEGER REFERENCES buyers,              -- of --buyer
  reading TEXT NOT NULL CHECK (json_valid(reading)), -- how the file was read, as the command line said
  policy_id INTEGER NOT NULL REFERENCES policies,
  received_at INTEGER NOT NULL,
  imported_at INTEGER NOT NULL,
  imported_by TEXT NOT NULL
) STRICT;

CREATE INDEX batches_by_digest ON batches (sha256);

-- The figures of a batch as first printed. Law 1: every row ends as exactly one of four.
CREATE TABLE batch_figures (
  batch_id INTEGER PRIMARY KEY REFERENCES batches,
  rows INTEGER NOT NULL,
  approved INTEGER NOT NULL CHECK (approved >= 0),
  rejected INTEGER NOT NULL CHECK (rejected >= 0),
  review INTEGER NOT NULL CHECK (review >= 0),
  unreadable INTEGER NOT NULL CHECK (unreadable >= 0),
  result TEXT NOT NULL CHECK (json_valid(result)),
  CHECK (rows = approved + rejected + review + unreadable)
) STRICT;

-- A batch taken back: its approvals reversed, its queue emptied.
CREATE TABLE batch_voids (
  batch_id INTEGER PRIMARY KEY REFERENCES batches,
  voided_at INTEGER NOT NULL,
  voided_by TEXT NOT NULL,
  because TEXT NOT NULL CHECK (because <> '')
) STRICT;

-- The bytes of the file, compressed, in parts. May be erased.
CREATE TABLE batch_files (
  batch_id INTEGER NOT NULL REFERENCES batches,
  part INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (batch_id, part)
) STRICT;

-- Why a row of a batch could not be read.
CREATE TABLE problems (
  id INTEGER PRIMARY KEY,
  batch_id INTEGER NOT NULL REFERENCES batches,
  row INTEGER NOT NULL,
  code TEXT NOT NULL CHECK (code <> ''),
  column_heading TEXT NOT NULL
) STRICT;

CREATE INDEX problems_by_batch ON problems (batch_id);

-- The offending text and the message that quotes it. May be erased.
CREATE TABLE problem_texts (
  problem_id INTEGER PRIMARY KEY REFERENCES problems,
  value TEXT NOT NULL,
  message TEXT NOT NULL
) STRICT;

-- One readable row of a batch. What it asks for is fixed; how it stands follows its newest decision.
CREATE TABLE returns (
  id INTEGER PRIMARY KEY,
  batch_id INTEGER NOT NULL REFERENCES batches,
  row INTEGER NOT NULL,
  buyer_id INTEGER,
  lead_id TEXT NOT NULL,
  sale_ref TEXT NOT NULL,
  reason_text TEXT NOT NULL,
  requested_at INTEGER NOT NULL,
  requested_kind INTEGER NOT NULL CHECK (requested_kind IN (0, 1)),
  campaign TEXT NOT NULL,
  call_attempts INTEGER,
  duplicate_of TEXT NOT NULL,
  row_sold_at INTEGER,
  row_sold_kind INTEGER NOT NULL,
  sale_id INTEGER,                                 -- the matched sale
  outcome TEXT NOT NULL CHECK (outcome = 'approved' OR outcome = 'rejected' OR outcome = 'review'),
  reason_code TEXT NOT NULL,
  credit_minor INTEGER NOT NULL CHECK (credit_minor >= 0),
  clawback_minor INTEGER NOT NULL CHECK (clawback_minor >= 0),
  CHECK (outcome <> 'approved' OR sale_id IS NOT NULL),
  UNIQUE (batch_id, row)
) STRICT;

-- Law 2: a sale has at most one standing approval.
CREATE UNIQUE INDEX returns_approved ON returns (sale_id) WHERE outcome = 'approved';

CREATE INDEX returns_not_approved ON returns (sale_id) WHERE outcome <> 'approved' AND sale_id IS NOT NULL;

CREATE INDEX returns_in_review ON returns (id) WHERE outcome = 'review';

-- Contact data and free text of a return, kept only where the row gave any. May be erased.
CREATE TABLE return_contacts (
  return_id INTEGER PRIMARY KEY REFERENCES returns,
  phone TEXT NOT NULL,
  email TEXT NOT NULL,
  comment TEXT NOT NULL
) STRICT;

-- Every decision ever taken about a return; the newest one stands.
CREATE TABLE decisions (
  id INTEGER PRIMARY KEY,
  return_id INTEGER NOT NULL REFERENCES returns,
  sale_id INTEGER,
  outcome TEXT NOT NULL CHECK (outcome = 'approved' OR outcome = 'rejected' OR outcome = 'review'),
  leading TEXT NOT NULL,
  findings TEXT NOT NULL CHECK (findings = '[]' OR json_valid(findings)),
  facts TEXT NOT NULL CHECK (facts = '{}' OR json_valid(facts)),
  reason_code TEXT NOT NULL,                       -- what the reason's text was read as; '' for none
  credit_minor INTEGER NOT NULL,
  clawback_minor INTEGER NOT NULL,
  decided_by TEXT NOT NULL CHECK (decided_by = 'policy' OR decided_by LIKE 'auto_approve:%' OR decided_by LIKE 'user:%'),
  decided_at INTEGER NOT NULL,
  because TEXT NOT NULL,
  policy_id INTEGER NOT NULL,
  cites INTEGER REFERENCES decisions               -- the decision that this one replaces
) STRICT;

CREATE INDEX decisions_by_return ON decisions (return_id);

-- Finds the returns that a later ledger file may match.
CREATE INDEX decisions_unknown_lead ON decisions (return_id) WHERE leading = 'unknown_lead';

-- Append-only money. Amounts are positive; the kind says who gains.
CREATE TABLE adjustments (
  id INTEGER PRIMARY KEY,
  return_id INTEGER NOT NULL REFERENCES returns,
  decision_id INTEGER NOT NULL REFERENCES decisions,
  kind TEXT NOT NULL CHECK (
    kind = 'buyer_credit' OR kind = 'supplier_clawback' OR kind = 'buyer_debit' OR kind = 'supplier_clawback_reversed'),
  sale_id INTEGER NOT NULL,
  buyer_id INTEGER NOT NULL,                       -- the sale's, so that no report joins the sales
  supplier_id INTEGER NOT NULL,
  campaign_id INTEGER NOT NULL,
  sold_month INTEGER NOT NULL,
  amount_minor INTEGER NOT NULL,
  of_minor INTEGER NOT NULL,                       -- the price or payout that it is a share of
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  period INTEGER NOT NULL CHECK (period % 100 BETWEEN 1 AND 12),
  recorded_at INTEGER NOT NULL,
  reverses_id INTEGER REFERENCES adjustments,
  CHECK (amount_minor BETWEEN 1 AND of_minor AND of_minor <= 1000000000000),
  CHECK ((reverses_id IS NOT NULL) = (kind IN ('buyer_debit', 'supplier_clawback_reversed')))
) STRICT;

CREATE UNIQUE INDEX adjustments_by_return ON adjustments (return_id, decision_id, kind);

CREATE UNIQUE INDEX adjustments_reversed ON adjustments (reverses_id) WHERE reverses_id IS NOT NULL;

-- Finds the money of a sale whose return rests on another sale by now: that return was reversed first.
CREATE INDEX adjustments_of_left_sales ON adjustments (sale_id) WHERE reverses_id IS NOT NULL;

-- The closing and reopening of months; the newest event of a period says how it stands.
CREATE TABLE period_events (
  id INTEGER PRIMARY KEY,
  period INTEGER NOT NULL CHECK (period % 100 BETWEEN 1 AND 12),
  event TEXT NOT NULL CHECK (event IN ('closed', 'reopened')),
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  because TEXT NOT NULL,
  figures TEXT NOT NULL CHECK (json_valid(figures)), -- what the period held when it was closed
  CHECK (event = 'closed' OR because <> '')
) STRICT;

CREATE INDEX period_events_by_period ON period_events (period);

-- A numbered document for a buyer or a supplier: CN credit note, DN debit note, SS statement of clawbacks,
-- SR statement of clawbacks given back. One that `voids` another is its counter-document.
CREATE TABLE credit_notes (
  id INTEGER PRIMARY KEY,
  series TEXT NOT NULL CHECK (series IN ('CN', 'DN', 'SS', 'SR')),
  year INTEGER NOT NULL CHECK (year BETWEEN 1970 AND 9999), -- of the issue, on the workspace's clock
  serial INTEGER NOT NULL CHECK (serial >= 1),
  number TEXT NOT NULL GENERATED ALWAYS AS (series || '-' || year || '-' || printf('%04d', serial)) STORED UNIQUE,
  buyer_id INTEGER REFERENCES buyers,
  supplier_id INTEGER REFERENCES suppliers,
  period INTEGER NOT NULL CHECK (period % 100 BETWEEN 1 AND 12),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  net_minor INTEGER NOT NULL CHECK (net_minor > 0),
  tax_minor INTEGER NOT NULL CHECK (tax_minor >= 0),
  content TEXT NOT NULL CHECK (json_valid(content)), -- seller, party, tax and wording as they were at the issue
  policy_id INTEGER NOT NULL REFERENCES policies,
  issued_at INTEGER NOT NULL,
  issued_by TEXT NOT NULL,
  because TEXT NOT NULL,
  voids INTEGER UNIQUE REFERENCES credit_notes,
  UNIQUE (series, year, serial),
  CHECK ((buyer_id IS NOT NULL) = (series IN ('CN', 'DN'))),
  CHECK ((supplier_id IS NOT NULL) = (series IN ('SS', 'SR'))),
  CHECK ((voids IS NULL) = (because = ''))
) STRICT;

-- What a note says of each adjustment on it. The amount is positive in the note's own direction.
CREATE TABLE credit_note_lines (
  note_id INTEGER NOT NULL REFERENCES credit_notes,
  line INTEGER NOT NULL CHECK (line >= 1),
  adjustment_id INTEGER NOT NULL REFERENCES adjustments,
  lead_id TEXT NOT NULL,
  sold_on TEXT NOT NULL CHECK (length(sold_on) = 10),
  reason TEXT NOT NULL,
  of_minor INTEGER NOT NULL,
  amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),
  PRIMARY KEY (note_id, line)
) STRICT, WITHOUT ROWID;

CREATE INDEX credit_note_lines_by_adjustment ON credit_note_lines (adjustment_id);

-- Every file made for an accounting system: what it held, so that a later one can be told from it.
CREATE TABLE exports (
  id INTEGER PRIMARY KEY,
  period INTEGER NOT NULL CHECK (period % 100 BETWEEN 1 AND 12),
  format TEXT NOT NULL CHECK (format <> ''),
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64), -- of the file; of several, of their list as sha256sum prints it
  files TEXT NOT NULL CHECK (json_valid(files)),    -- name to SHA-256
  draft INTEGER NOT NULL CHECK (draft IN (0, 1)),   -- made while the period was open
  entries INTEGER NOT NULL CHECK (entries > 0),
  exported_at INTEGER NOT NULL,
  exported_by TEXT NOT NULL
) STRICT;

CREATE INDEX exports_by_period ON exports (period, format);

-- Sums by sale month, posting month and all dimensions, kept in the transaction that changes them.
-- A cell of posting month 0 holds what belongs to the sale: sold, revenue, payout, pending.
CREATE TABLE cube (
  sold_month INTEGER NOT NULL,
  posted_month INTEGER NOT NULL,
  buyer_id INTEGER NOT NULL,
  supplier_id INTEGER NOT NULL,
  campaign_id INTEGER NOT NULL,
  currency TEXT NOT NULL,
  sold INTEGER NOT NULL,
  revenue_minor INTEGER NOT NULL,
  payout_minor INTEGER NOT NULL,
  pending_minor INTEGER NOT NULL,
  returned INTEGER NOT NULL,
  credits_minor INTEGER NOT NULL,
  debits_minor INTEGER NOT NULL,
  clawbacks_minor INTEGER NOT NULL,
  clawbacks_reversed_minor INTEGER NOT NULL,
  buyer_entries INTEGER NOT NULL,
  supplier_entries INTEGER NOT NULL,
  PRIMARY KEY (sold_month, posted_month, buyer_id, supplier_id, campaign_id, currency)
) STRICT, WITHOUT ROWID;

-- The same sums for one dimension each: 'buyer', 'supplier', 'campaign', and 'all' (key 0).
CREATE TABLE totals (
  dimension TEXT NOT NULL CHECK (dimension IN ('buyer', 'supplier', 'campaign', 'all')),
  key_id INTEGER NOT NULL,
  sold_month INTEGER NOT NULL,
  posted_month INTEGER NOT NULL,
  currency TEXT NOT NULL,
  sold INTEGER NOT NULL,
  revenue_minor INTEGER NOT NULL,
  payout_minor INTEGER NOT NULL,
  pending_minor INTEGER NOT NULL,
  returned INTEGER NOT NULL,
  credits_minor INTEGER NOT NULL,
  debits_minor INTEGER NOT NULL,
  clawbacks_minor INTEGER NOT NULL,
  clawbacks_reversed_minor INTEGER NOT NULL,
  buyer_entries INTEGER NOT NULL,
  supplier_entries INTEGER NOT NULL,
  PRIMARY KEY (dimension, key_id, sold_month, posted_month, currency)
) STRICT, WITHOUT ROWID;

INSERT INTO suppliers (id, name) VALUES (1, '');

INSERT INTO campaigns (id, name) VALUES (1, '');
