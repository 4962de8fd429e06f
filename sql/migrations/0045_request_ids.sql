-- Numbers of requests that fit an INT, as the dating app's documents have them. Accepting takes a request's number or
-- its sender's, so they start beyond those of people. Where there are requests already, theirs go on.

-- up

ALTER TABLE matching_requests AUTO_INCREMENT = 1000000001;

-- down

ALTER TABLE matching_requests AUTO_INCREMENT = 1000000000001;
