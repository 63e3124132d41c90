-- 2023年度に高血圧の診断がある人。person_id を返す SELECT であれば何でもよい。
-- Whoever has a diagnosis of hypertension in fiscal 2023. Any SELECT that gives person_id will do.
SELECT DISTINCT person_id
FROM condition
WHERE icd10 LIKE 'I10%' AND start >= '2023-04-01' AND start < '2024-04-01'
