"""The pages of a window: finding and helping in `window`, the applicant's answers in `applicant`, what was taken in."""
