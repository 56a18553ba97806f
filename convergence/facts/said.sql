-- Reports that exist as of the day: submitted, dated on or before it, of the year or an earlier one.
-- index: activity_id
SELECT r.activity_id, r.year, r.quarter, r.physical, r.realised, r.dated
FROM in_play
JOIN monitoring_report r USING (activity_id)
WHERE r.status = 'submitted' AND r.dated <= %(as_of)s AND r.year <= %(year)s
