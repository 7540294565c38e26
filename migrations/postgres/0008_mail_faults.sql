-- Until when a delivery that has begun may go on. Apart from next_try_at, so that an operator can make a mail due without
-- having it delivered twice.
ALTER TABLE mails ADD COLUMN leased_until BIGINT;
-- When the first of the tries that failed in a row was, and whose fault the last one was (mail::refusal::Fault).
ALTER TABLE mails ADD COLUMN failing_since BIGINT;
ALTER TABLE mails ADD COLUMN fault TEXT;
