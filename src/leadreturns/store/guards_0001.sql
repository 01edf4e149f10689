-- What the schema itself forbids, on any connection. {table} blocks are made once for each append-only table.

-- A new row may not take the place of one that is there: REPLACE is refused even where recursive_triggers is off.
-- A name that stands on notes and statements may not become another one.
CREATE TRIGGER buyers_no_replace BEFORE INSERT ON buyers
WHEN EXISTS (SELECT 1 FROM buyers WHERE id = NEW.id OR name = NEW.name)
BEGIN SELECT RAISE(ABORT, 'buyers are only ever added'); END;

CREATE TRIGGER suppliers_no_replace BEFORE INSERT ON suppliers
WHEN EXISTS (SELECT 1 FROM suppliers WHERE id = NEW.id OR name = NEW.name)
BEGIN SELECT RAISE(ABORT, 'suppliers are only ever added'); END;

CREATE TRIGGER campaigns_no_replace BEFORE INSERT ON campaigns
WHEN EXISTS (SELECT 1 FROM campaigns WHERE id = NEW.id OR name = NEW.name)
BEGIN SELECT RAISE(ABORT, 'campaigns are only ever added'); END;

CREATE TRIGGER decisions_no_replace BEFORE INSERT ON decisions
WHEN EXISTS (SELECT 1 FROM decisions WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'decisions are only ever added'); END;

CREATE TRIGGER adjustments_no_replace BEFORE INSERT ON adjustments
WHEN EXISTS (SELECT 1 FROM adjustments WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM adjustments WHERE return_id = NEW.return_id AND decision_id = NEW.decision_id AND kind = NEW.kind)
  OR (NEW.reverses_id IS NOT NULL AND EXISTS (SELECT 1 FROM adjustments WHERE reverses_id = NEW.reverses_id))
BEGIN SELECT RAISE(ABORT, 'adjustments are only ever added'); END;

-- Law 2: money moves for a standing approval alone, as its decision says and as its sale is. The share of a price cannot
-- be above it, a sale has one standing approval, and an approval one entry of a kind: so a sale is never credited beyond.
CREATE TRIGGER adjustments_agree BEFORE INSERT ON adjustments
WHEN NEW.reverses_id IS NULL AND (NOT EXISTS (
    SELECT 1 FROM decisions AS d JOIN returns AS r ON r.id = d.return_id JOIN sales AS s ON s.id = d.sale_id
    WHERE d.id = NEW.decision_id AND d.return_id = NEW.return_id AND d.sale_id = NEW.sale_id AND d.outcome = 'approved'
    AND r.outcome = 'approved' AND r.sale_id = NEW.sale_id AND r.buyer_id = NEW.buyer_id
    AND s.buyer_id = NEW.buyer_id AND s.supplier_id = NEW.supplier_id AND s.campaign_id = NEW.campaign_id
    AND s.sold_month = NEW.sold_month AND s.currency = NEW.currency
    AND CASE NEW.kind WHEN 'buyer_credit' THEN d.credit_minor = NEW.amount_minor AND s.price_minor = NEW.of_minor
      ELSE d.clawback_minor = NEW.amount_minor AND s.payout_minor = NEW.of_minor END)
  OR EXISTS (
    SELECT 1 FROM adjustments AS o WHERE o.return_id = NEW.return_id AND o.kind = NEW.kind
    AND NOT EXISTS (SELECT 1 FROM adjustments WHERE reverses_id = o.id)))
BEGIN SELECT RAISE(ABORT, 'money moves once for a standing approval, as its decision and its sale say'); END;

CREATE TRIGGER batches_no_replace BEFORE INSERT ON batches
WHEN EXISTS (SELECT 1 FROM batches WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'batches are only ever added'); END;

CREATE TRIGGER batch_figures_no_replace BEFORE INSERT ON batch_figures
WHEN EXISTS (SELECT 1 FROM batch_figures WHERE batch_id = NEW.batch_id)
BEGIN SELECT RAISE(ABORT, 'batch_figures are only ever added'); END;

CREATE TRIGGER batch_voids_no_replace BEFORE INSERT ON batch_voids
WHEN EXISTS (SELECT 1 FROM batch_voids WHERE batch_id = NEW.batch_id)
BEGIN SELECT RAISE(ABORT, 'batch_voids are only ever added'); END;

CREATE TRIGGER ledgers_no_replace BEFORE INSERT ON ledgers
WHEN EXISTS (SELECT 1 FROM ledgers WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'ledgers are only ever added'); END;

CREATE TRIGGER ledger_figures_no_replace BEFORE INSERT ON ledger_figures
WHEN EXISTS (SELECT 1 FROM ledger_figures WHERE ledger_id = NEW.ledger_id)
BEGIN SELECT RAISE(ABORT, 'ledger_figures are only ever added'); END;

CREATE TRIGGER ledger_voids_no_replace BEFORE INSERT ON ledger_voids
WHEN EXISTS (SELECT 1 FROM ledger_voids WHERE ledger_id = NEW.ledger_id)
BEGIN SELECT RAISE(ABORT, 'ledger_voids are only ever added'); END;

CREATE TRIGGER policies_no_replace BEFORE INSERT ON policies
WHEN EXISTS (SELECT 1 FROM policies WHERE id = NEW.id OR digest = NEW.digest)
BEGIN SELECT RAISE(ABORT, 'policies are only ever added'); END;

CREATE TRIGGER problems_no_replace BEFORE INSERT ON problems
WHEN EXISTS (SELECT 1 FROM problems WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'problems are only ever added'); END;

CREATE TRIGGER period_events_no_replace BEFORE INSERT ON period_events
WHEN EXISTS (SELECT 1 FROM period_events WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'period_events are only ever added'); END;

CREATE TRIGGER credit_notes_no_replace BEFORE INSERT ON credit_notes
WHEN EXISTS (SELECT 1 FROM credit_notes WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM credit_notes WHERE series = NEW.series AND year = NEW.year AND serial = NEW.serial)
  OR (NEW.voids IS NOT NULL AND EXISTS (SELECT 1 FROM credit_notes WHERE voids = NEW.voids))
BEGIN SELECT RAISE(ABORT, 'credit_notes are only ever added'); END;

CREATE TRIGGER credit_note_lines_no_replace BEFORE INSERT ON credit_note_lines
WHEN EXISTS (SELECT 1 FROM credit_note_lines WHERE note_id = NEW.note_id AND line = NEW.line)
BEGIN SELECT RAISE(ABORT, 'credit_note_lines are only ever added'); END;

CREATE TRIGGER exports_no_replace BEFORE INSERT ON exports
WHEN EXISTS (SELECT 1 FROM exports WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'exports are only ever added'); END;

CREATE TRIGGER sale_changes_no_replace BEFORE INSERT ON sale_changes
WHEN EXISTS (SELECT 1 FROM sale_changes WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'sale_changes are only ever added'); END;

CREATE TRIGGER returns_no_replace BEFORE INSERT ON returns
WHEN EXISTS (SELECT 1 FROM returns WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM returns WHERE batch_id = NEW.batch_id AND row = NEW.row)
  OR (NEW.outcome = 'approved' AND EXISTS (SELECT 1 FROM returns WHERE outcome = 'approved' AND sale_id = NEW.sale_id))
BEGIN SELECT RAISE(ABORT, 'a return is never replaced, and a sale has at most one standing approval'); END;

-- Law 4: the same bytes are one batch, unless the first was voided.
CREATE TRIGGER batches_once BEFORE INSERT ON batches
WHEN EXISTS (SELECT 1 FROM batches WHERE sha256 = NEW.sha256
             AND NOT EXISTS (SELECT 1 FROM batch_voids WHERE batch_id = batches.id))
BEGIN SELECT RAISE(ABORT, 'these bytes are a batch already'); END;

-- Law 6: nothing is posted to a closed period. The last closed month is found from the newest month down.
CREATE TRIGGER adjustments_open_period BEFORE INSERT ON adjustments
WHEN NEW.period <= (
  SELECT period FROM period_events AS e WHERE event = 'closed'
  AND NOT EXISTS (SELECT 1 FROM period_events WHERE period = e.period AND id > e.id) ORDER BY period DESC LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'the period is closed'); END;

-- Months close in order: the one after the last closed, or, when none is, one that leaves no money in an open month.
CREATE TRIGGER period_events_close_in_order BEFORE INSERT ON period_events
WHEN NEW.event = 'closed' AND CASE WHEN EXISTS (
    SELECT 1 FROM period_events AS e WHERE event = 'closed'
    AND NOT EXISTS (SELECT 1 FROM period_events WHERE period = e.period AND id > e.id))
  THEN NEW.period <> (
    SELECT iif(period % 100 = 12, period + 89, period + 1) FROM period_events AS e WHERE event = 'closed'
    AND NOT EXISTS (SELECT 1 FROM period_events WHERE period = e.period AND id > e.id) ORDER BY period DESC LIMIT 1)
  ELSE EXISTS (
    SELECT 1 FROM totals WHERE dimension = 'all' AND posted_month BETWEEN 1 AND NEW.period - 1
    AND buyer_entries + supplier_entries > 0) END
BEGIN SELECT RAISE(ABORT, 'periods close in order'); END;

-- And they reopen last first.
CREATE TRIGGER period_events_reopen_last BEFORE INSERT ON period_events
WHEN NEW.event = 'reopened' AND NEW.period IS NOT (
  SELECT period FROM period_events AS e WHERE event = 'closed'
  AND NOT EXISTS (SELECT 1 FROM period_events WHERE period = e.period AND id > e.id) ORDER BY period DESC LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'only the last closed period reopens'); END;

-- Numbers of notes have no gap.
CREATE TRIGGER credit_notes_gapless BEFORE INSERT ON credit_notes
WHEN NEW.serial <> 1 + coalesce(
  (SELECT max(serial) FROM credit_notes WHERE series = NEW.series AND year = NEW.year), 0)
BEGIN SELECT RAISE(ABORT, 'notes are numbered without a gap'); END;

-- A note is written for a closed period; a counter-document for a note as it stands, whose every sum it takes back.
CREATE TRIGGER credit_notes_closed_period BEFORE INSERT ON credit_notes
WHEN NEW.voids IS NULL AND coalesce((
  SELECT period FROM period_events AS e WHERE event = 'closed'
  AND NOT EXISTS (SELECT 1 FROM period_events WHERE period = e.period AND id > e.id)
  ORDER BY period DESC LIMIT 1), 0) < NEW.period
BEGIN SELECT RAISE(ABORT, 'notes are issued for closed periods'); END;

CREATE TRIGGER credit_notes_counter BEFORE INSERT ON credit_notes
WHEN NEW.voids IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM credit_notes AS o WHERE o.id = NEW.voids AND o.voids IS NULL AND o.period = NEW.period
  AND o.currency = NEW.currency AND o.buyer_id IS NEW.buyer_id AND o.supplier_id IS NEW.supplier_id
  AND o.net_minor = NEW.net_minor AND o.tax_minor = NEW.tax_minor
  AND (o.series, NEW.series) IN (VALUES ('CN', 'DN'), ('DN', 'CN'), ('SS', 'SR'), ('SR', 'SS')))
BEGIN SELECT RAISE(ABORT, 'a counter-document mirrors one note that is none itself'); END;

-- An adjustment stands on one note at most, and on one of its own party, currency and period.
CREATE TRIGGER credit_note_lines_once BEFORE INSERT ON credit_note_lines
WHEN EXISTS (
  SELECT 1 FROM credit_notes AS n JOIN adjustments AS a ON a.id = NEW.adjustment_id WHERE n.id = NEW.note_id AND (
    a.period <> n.period OR a.currency <> n.currency OR NEW.of_minor <> a.of_minor
    OR abs(NEW.amount_minor) <> a.amount_minor
    OR iif(a.kind IN ('buyer_credit', 'buyer_debit'), a.buyer_id IS NOT n.buyer_id, a.supplier_id IS NOT n.supplier_id)
    OR (n.voids IS NULL AND EXISTS (
      SELECT 1 FROM credit_note_lines AS l JOIN credit_notes AS o ON o.id = l.note_id
      WHERE l.adjustment_id = NEW.adjustment_id AND o.voids IS NULL
      AND NOT EXISTS (SELECT 1 FROM credit_notes WHERE voids = o.id)))))
BEGIN SELECT RAISE(ABORT, 'a line is one adjustment of the note, and stands on no other note'); END;

-- A reversal mirrors its original, and rests on a later decision about the same return.
CREATE TRIGGER adjustments_mirror BEFORE INSERT ON adjustments
WHEN NEW.reverses_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM adjustments AS o WHERE o.id = NEW.reverses_id AND o.amount_minor = NEW.amount_minor
  AND o.currency = NEW.currency AND o.sale_id = NEW.sale_id AND o.return_id = NEW.return_id AND o.reverses_id IS NULL
  AND o.of_minor = NEW.of_minor AND o.buyer_id = NEW.buyer_id AND o.supplier_id = NEW.supplier_id
  AND o.campaign_id = NEW.campaign_id AND o.sold_month = NEW.sold_month
  AND EXISTS (SELECT 1 FROM decisions WHERE id = NEW.decision_id AND return_id = NEW.return_id AND id > o.decision_id)
  AND (o.kind, NEW.kind) IN (VALUES ('buyer_credit', 'buyer_debit'), ('supplier_clawback', 'supplier_clawback_reversed')))
BEGIN SELECT RAISE(ABORT, 'a reversal mirrors one entry that is no reversal'); END;

-- What a return asks for is fixed; how it stands follows its newest decision.
CREATE TRIGGER returns_fixed BEFORE UPDATE OF id, batch_id, row, lead_id, sale_ref, reason_text, requested_at,
  requested_kind, campaign, call_attempts, duplicate_of, row_sold_at, row_sold_kind ON returns
BEGIN SELECT RAISE(ABORT, 'a return row is fixed'); END;

CREATE TRIGGER returns_follow BEFORE UPDATE OF sale_id, outcome, reason_code, credit_minor, clawback_minor ON returns
WHEN NOT EXISTS (
  SELECT 1 FROM decisions WHERE id = (SELECT max(id) FROM decisions WHERE return_id = NEW.id)
  AND outcome = NEW.outcome AND sale_id IS NEW.sale_id
  AND reason_code = NEW.reason_code AND credit_minor = NEW.credit_minor AND clawback_minor = NEW.clawback_minor)
BEGIN SELECT RAISE(ABORT, 'a return stands as its newest decision says'); END;

-- A row of a file that names no buyer gets him from its first sale, and keeps him.
CREATE TRIGGER returns_buyer BEFORE UPDATE OF buyer_id ON returns
WHEN NEW.buyer_id IS NOT OLD.buyer_id AND (OLD.buyer_id IS NOT NULL
  OR NOT EXISTS (SELECT 1 FROM sales WHERE id = NEW.sale_id AND buyer_id = NEW.buyer_id))
BEGIN SELECT RAISE(ABORT, 'a return keeps its buyer'); END;

-- UPDATE OR REPLACE would remove the other approval without asking any trigger.
CREATE TRIGGER returns_approved_once BEFORE UPDATE OF outcome, sale_id ON returns
WHEN NEW.outcome = 'approved'
  AND EXISTS (SELECT 1 FROM returns WHERE outcome = 'approved' AND sale_id = NEW.sale_id AND id <> OLD.id)
BEGIN SELECT RAISE(ABORT, 'a sale has at most one standing approval'); END;

-- An approval ends, or moves, only when its money was taken back first.
CREATE TRIGGER returns_reversed_first BEFORE UPDATE OF outcome, sale_id, credit_minor, clawback_minor ON returns
WHEN OLD.outcome = 'approved' AND EXISTS (
  SELECT 1 FROM adjustments AS o WHERE o.return_id = OLD.id AND o.reverses_id IS NULL
  AND NOT EXISTS (SELECT 1 FROM adjustments WHERE reverses_id = o.id))
BEGIN SELECT RAISE(ABORT, 'the money of an approval is reversed before it ends'); END;

CREATE TRIGGER returns_no_delete BEFORE DELETE ON returns
BEGIN SELECT RAISE(ABORT, 'returns are never deleted'); END;

-- What a sale is known by is fixed, so that it cannot take the place of another one.
CREATE TRIGGER sales_keys BEFORE UPDATE OF id, lead_id, lead_key, buyer_id, sale_ref, ref_key ON sales
BEGIN SELECT RAISE(ABORT, 'a sale keeps its keys'); END;

-- A sale that is there already stays, under INSERT OR REPLACE too. Left out and not refused: a ledger file may name
-- known sales, which are compared with it afterwards.
CREATE TRIGGER sales_no_replace BEFORE INSERT ON sales
WHEN EXISTS (SELECT 1 FROM sales WHERE lead_key = NEW.lead_key AND lead_id = NEW.lead_id AND buyer_id = NEW.buyer_id
             AND sale_ref = NEW.sale_ref)
  OR EXISTS (SELECT 1 FROM sales WHERE id = NEW.id)
BEGIN SELECT RAISE(IGNORE); END;

-- The bytes of a file may be erased, never exchanged.
CREATE TRIGGER batch_files_no_update BEFORE UPDATE ON batch_files
BEGIN SELECT RAISE(ABORT, 'the bytes of a file are fixed'); END;

CREATE TRIGGER batch_files_no_replace BEFORE INSERT ON batch_files
WHEN EXISTS (SELECT 1 FROM batch_files WHERE batch_id = NEW.batch_id AND part = NEW.part)
  OR EXISTS (SELECT 1 FROM batch_figures WHERE batch_id = NEW.batch_id)
BEGIN SELECT RAISE(ABORT, 'the bytes of a file are fixed'); END;

-- The money of a sale is fixed once an adjustment or an approval at price 0 rests on it.
-- Returns are looked up in the words of their two partial indexes.
CREATE TRIGGER sales_adjusted BEFORE UPDATE OF supplier_id, campaign_id, currency, price_minor, payout_minor, sold_at,
  sold_kind, sold_month ON sales
WHEN EXISTS (SELECT 1 FROM returns WHERE sale_id = OLD.id AND outcome = 'approved')
  OR EXISTS (SELECT 1 FROM returns AS r JOIN adjustments AS a ON a.return_id = r.id
             WHERE r.sale_id = OLD.id AND r.outcome <> 'approved' AND r.sale_id IS NOT NULL AND a.sale_id = OLD.id)
  OR EXISTS (SELECT 1 FROM adjustments WHERE sale_id = OLD.id AND reverses_id IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'the sale already has an adjustment'); END;

-- A sale is taken back only with its ledger file, and only while nothing was ever returned. Asked of indexes alone: a
-- scan of all decisions for each sale would take minutes. One that a return has left without money is found by the
-- command before it begins, and by `store check`.
CREATE TRIGGER sales_returned BEFORE DELETE ON sales
WHEN EXISTS (SELECT 1 FROM returns WHERE sale_id = OLD.id AND outcome = 'approved')
  OR EXISTS (SELECT 1 FROM returns WHERE sale_id = OLD.id AND outcome <> 'approved' AND sale_id IS NOT NULL)
  OR EXISTS (SELECT 1 FROM adjustments WHERE sale_id = OLD.id AND reverses_id IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'the sale has returns'); END;
