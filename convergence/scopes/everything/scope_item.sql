-- Scope of a full run: every action item.
SELECT i.id AS item_id
FROM planning_actionitem i
