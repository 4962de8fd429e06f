-- Tasks of study groups belong to members alone: who left before could have one still, and no form could save it.

-- up

DELETE a FROM study_task_assignees a
	JOIN study_tasks t ON t.id = a.task_id
	LEFT JOIN study_members m ON m.study_id = t.study_id AND m.user_id = a.user_id AND m.status = 'ACTIVE'
	WHERE m.id IS NULL;

-- down

-- Nothing: who has left has no tasks.
DO 0;
