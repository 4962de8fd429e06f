-- Cards say what level somebody wants, also where that was said as a level of the partner.

-- up

-- The first part of a card, from its source; the others stay.
UPDATE matching_profiles m
	JOIN (SELECT t.user_id, GROUP_CONCAT(CONCAT_WS(':', t.language_id, COALESCE(t.current_level_id, 0),
		COALESCE(NULLIF(t.target_level_id, t.current_level_id), t.partner_level_id, t.target_level_id, 0))
		ORDER BY t.language_id SEPARATOR ' ') AS targets
		FROM user_languages t WHERE t.learning GROUP BY t.user_id HAVING MAX(t.partner_level_id) IS NOT NULL) w
		ON w.user_id = m.user_id
	SET m.card = CONCAT(w.targets, SUBSTRING(m.card, LOCATE('\t', m.card)))
	WHERE LOCATE('\t', m.card);

-- down

-- Cards are made anew whenever their people change something.
