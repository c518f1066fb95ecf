"""What has happened to an application, in sentences an applicant understands?

Each entry of the journal becomes one sentence with its instant, its actor and the article that it rests on. Automatic
acts look different from people's (design, invariant 8). A page tells acts: what one act did to one case is one step,
with the documents that were issued upon it, although they came later. Each file has the sentences for the events of
one part of the kernel.
"""

from tongban.casework.timeline.names import Names
from tongban.casework.timeline.review import FATES
from tongban.casework.timeline.steps import Step, concerns, of_materials, sentence, tell, tell_together
from tongban.casework.timeline.systems import SYSTEM_STATES

__all__ = ["FATES", "SYSTEM_STATES", "Names", "Step", "concerns", "of_materials", "sentence", "tell", "tell_together"]
