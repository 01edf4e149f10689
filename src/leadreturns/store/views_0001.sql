-- The store's public face for Datasette and spreadsheets.

-- One line per return, as it stands.
CREATE VIEW returns_view AS
SELECT r.id AS id, r.batch_id AS batch, r.row AS row, b.name AS buyer,
  coalesce(s.lead_id, r.lead_id) AS lead_id, r.reason_code AS reason, r.reason_text AS reason_text,
  date(r.requested_at, 'unixepoch') AS requested_on, r.outcome AS outcome, d.leading AS finding,
  r.credit_minor AS credit_minor, r.clawback_minor AS clawback_minor, s.currency AS currency,
  d.decided_by AS decided_by, datetime(d.decided_at, 'unixepoch') AS decided_at, d.because AS because,
  r.batch_id IN (SELECT batch_id FROM batch_voids) AS void
FROM returns AS r
JOIN decisions AS d ON d.id = (SELECT max(id) FROM decisions WHERE return_id = r.id)
LEFT JOIN buyers AS b ON b.id = r.buyer_id
LEFT JOIN sales AS s ON s.id = r.sale_id;

-- One line per money entry.
CREATE VIEW adjustments_view AS
SELECT a.id AS id, a.kind AS kind,
  CASE WHEN a.kind LIKE 'buyer%' THEN b.name ELSE p.name END AS party, a.amount_minor AS amount_minor,
  a.currency AS currency, a.period AS period, a.return_id AS return_id, a.sale_id AS sale_id, s.lead_id AS lead_id,
  d.reason_code AS reason, datetime(a.recorded_at, 'unixepoch') AS recorded_at, a.reverses_id AS reverses_id
FROM adjustments AS a
JOIN buyers AS b ON b.id = a.buyer_id
JOIN suppliers AS p ON p.id = a.supplier_id
JOIN sales AS s ON s.id = a.sale_id
JOIN decisions AS d ON d.id = a.decision_id;

-- Sums by sale month, posting month (0: the sale itself) and every dimension.
CREATE VIEW roi_view AS
SELECT c.sold_month AS sold_month, c.posted_month AS posted_month, b.name AS buyer, p.name AS supplier,
  m.name AS campaign, c.currency AS currency, c.sold AS sold, c.returned AS returned,
  c.revenue_minor AS revenue_minor, c.credits_minor - c.debits_minor AS credits_minor,
  c.payout_minor AS payout_minor, c.clawbacks_minor - c.clawbacks_reversed_minor AS clawbacks_minor,
  c.pending_minor AS pending_minor
FROM cube AS c
JOIN buyers AS b ON b.id = c.buyer_id
JOIN suppliers AS p ON p.id = c.supplier_id
JOIN campaigns AS m ON m.id = c.campaign_id;
