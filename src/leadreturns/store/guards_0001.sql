-- What the schema itself forbids, on any connection. {table} blocks are made once for each append-only table.

-- A new row may not take the place of one that is there: REPLACE is refused even where recursive_triggers is off.
CREATE TRIGGER decisions_no_replace BEFORE INSERT ON decisions
WHEN EXISTS (SELECT 1 FROM decisions WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'decisions are only ever added'); END;

CREATE TRIGGER adjustments_no_replace BEFORE INSERT ON adjustments
WHEN EXISTS (SELECT 1 FROM adjustments WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM adjustments WHERE return_id = NEW.return_id AND decision_id = NEW.decision_id AND kind = NEW.kind)
  OR (NEW.reverses_id IS NOT NULL AND EXISTS (SELECT 1 FROM adjustments WHERE reverses_id = NEW.reverses_id))
BEGIN SELECT RAISE(ABORT, 'adjustments are only ever added'); END;

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

-- Law 6: nothing is posted to a closed period.
CREATE TRIGGER adjustments_open_period BEFORE INSERT ON adjustments
WHEN EXISTS (SELECT 1 FROM period_events) AND NEW.period <= coalesce((
  SELECT max(period) FROM period_events AS e WHERE event = 'closed'
  AND id = (SELECT max(id) FROM period_events WHERE period = e.period)), 0)
BEGIN SELECT RAISE(ABORT, 'the period is closed'); END;

-- A reversal mirrors its original.
CREATE TRIGGER adjustments_mirror BEFORE INSERT ON adjustments
WHEN NEW.reverses_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM adjustments AS o WHERE o.id = NEW.reverses_id AND o.amount_minor = NEW.amount_minor
  AND o.currency = NEW.currency AND o.sale_id = NEW.sale_id AND o.return_id = NEW.return_id AND o.reverses_id IS NULL
  AND (o.kind, NEW.kind) IN (VALUES ('buyer_credit', 'buyer_debit'), ('supplier_clawback', 'supplier_clawback_reversed')))
BEGIN SELECT RAISE(ABORT, 'a reversal mirrors one entry that is no reversal'); END;

-- What a return asks for is fixed; how it stands follows its newest decision.
CREATE TRIGGER returns_fixed BEFORE UPDATE OF id, batch_id, row, buyer_id, lead_id, sale_ref, reason_text, requested_at,
  requested_kind, campaign, call_attempts, duplicate_of, row_sold_at, row_sold_kind ON returns
BEGIN SELECT RAISE(ABORT, 'a return row is fixed'); END;

CREATE TRIGGER returns_follow BEFORE UPDATE OF sale_id, outcome, reason_code, credit_minor, clawback_minor ON returns
WHEN NOT EXISTS (
  SELECT 1 FROM decisions WHERE id = (SELECT max(id) FROM decisions WHERE return_id = NEW.id)
  AND outcome = NEW.outcome AND sale_id IS NEW.sale_id
  AND credit_minor = NEW.credit_minor AND clawback_minor = NEW.clawback_minor)
BEGIN SELECT RAISE(ABORT, 'a return stands as its newest decision says'); END;

CREATE TRIGGER returns_no_delete BEFORE DELETE ON returns
BEGIN SELECT RAISE(ABORT, 'returns are never deleted'); END;

-- The money of a sale is fixed once an adjustment rests on it.
CREATE TRIGGER sales_adjusted BEFORE UPDATE OF id, lead_id, buyer_id, sale_ref, supplier_id, campaign_id, currency,
  price_minor, payout_minor, sold_at, sold_kind, sold_month ON sales
WHEN EXISTS (SELECT 1 FROM returns AS r JOIN adjustments AS a ON a.return_id = r.id
             WHERE r.sale_id = OLD.id AND a.sale_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'the sale already has an adjustment'); END;

-- A sale is taken back only with its ledger file, and only while nothing was ever returned.
CREATE TRIGGER sales_returned BEFORE DELETE ON sales
WHEN EXISTS (SELECT 1 FROM decisions WHERE sale_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'the sale has returns'); END;
